import { describe, expect, it } from "vitest"
import type { Facts } from "../../src/core/facts.ts"
import { PLUGGED_IN, SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

const { upAfterMs, intervalMs } = SETTINGS

const OBSTACLES: readonly [string, Partial<Facts>][] = [
  ["interface missing", { index: null, carrier: false, address: null, gateway: null }],
  ["no carrier", { carrier: false }],
  ["no address", { address: null }],
  ["no gateway", { gateway: null }],
]

describe("what the kernel says of a link", () => {
  it.each(OBSTACLES)("takes it down at once: %s", (reason, changes) => {
    const facts = [
      { atMs: 0, facts: PLUGGED_IN },
      { atMs: 20_003, facts: { ...PLUGGED_IN, ...changes } },
    ]
    const run = simulate({ model: steady(15), untilMs: 60_000, facts })
    expect(run.changes).toMatchObject([{ to: "up" }, { atMs: 20_003, to: "down", reason }])
  })

  it.each(OBSTACLES)("lets it wait for upAfter of answers once that is over: %s", (reason, changes) => {
    const facts = [
      { atMs: 20_003, facts: { ...PLUGGED_IN, ...changes } },
      { atMs: 30_003, facts: PLUGGED_IN },
    ]
    const run = simulate({ model: steady(15), untilMs: 60_000, facts })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(run.changes[2]?.atMs).toBeGreaterThanOrEqual(30_003 + upAfterMs)
    expect(run.changes[2]?.atMs).toBeLessThanOrEqual(30_003 + intervalMs + 15 + upAfterMs + 2)
    const waiting = simulate({ model: steady(15), untilMs: 31_000, facts })
    expect(waiting.link.reason).toBe(`${reason} until now; waiting for answers`)
  })

  it("says which obstacle is in the way when one gives way to another", () => {
    const facts = [
      { atMs: 20_000, facts: { ...PLUGGED_IN, carrier: false } },
      { atMs: 30_000, facts: { ...PLUGGED_IN, address: null } },
    ]
    const { link, changes } = simulate({ model: steady(15), untilMs: 40_000, facts })
    expect(changes).toHaveLength(2)
    expect(link).toMatchObject({ state: "down", reason: "no address", sinceMs: 20_000 })
  })

  it("needs no gateway on a point-to-point link", () => {
    const facts = [{ atMs: 0, facts: { ...PLUGGED_IN, gateway: null, pointToPoint: true } }]
    expect(simulate({ model: steady(15), untilMs: 5000, facts }).changes).toMatchObject([{ to: "up" }])
  })

  it("takes a new link down before its first probe is answered", () => {
    const facts = [{ atMs: 0, facts: { ...PLUGGED_IN, carrier: false } }]
    expect(simulate({ model: steady(15), untilMs: 5000, facts }).changes).toMatchObject([
      { atMs: 0, from: "unknown", to: "down", reason: "no carrier" },
    ])
  })

  it("outweighs answers that still come in, and does not make the link probed faster", () => {
    const facts = [{ atMs: 20_003, facts: { ...PLUGGED_IN, carrier: false } }]
    const run = simulate({ model: { ...steady(15), isLost: hole(40_000) }, untilMs: 120_000, facts })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(run.sent).toHaveLength(120_000 / intervalMs + 1)
  })

  it.each([{ address: "198.51.100.7" }, { gateway: "198.51.100.1" }, { index: 9 }])(
    "may mean another line, whose round trips are measured anew: %o",
    changes => {
      const facts = [
        { atMs: 0, facts: PLUGGED_IN },
        { atMs: 20_600, facts: { ...PLUGGED_IN, ...changes } },
      ]
      const model = { ...steady(15), rttMs: (sentMs: number) => (sentMs < 20_600 ? 15 : 280) }
      const { link, changes: seen } = simulate({ model, untilMs: 60_000, facts })
      expect(seen.map(({ to }) => to)).toEqual(["up"])
      expect(link.targets.map(({ roundTrips }) => roundTrips?.baselineMs)).toEqual([280, 280, 280])
    },
  )

  it("starts recovery over when the carrier goes again meanwhile", () => {
    const facts = [
      { atMs: 20_003, facts: { ...PLUGGED_IN, carrier: false } },
      { atMs: 30_003, facts: PLUGGED_IN },
      { atMs: 35_003, facts: { ...PLUGGED_IN, carrier: false } },
      { atMs: 36_003, facts: PLUGGED_IN },
    ]
    const run = simulate({ model: steady(15), untilMs: 80_000, facts })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(run.changes[2]?.atMs).toBeGreaterThanOrEqual(36_003 + upAfterMs)
  })

  it("does not count answers from before the obstacle went away", () => {
    const facts = [
      { atMs: 20_003, facts: { ...PLUGGED_IN, carrier: false } },
      { atMs: 30_003, facts: PLUGGED_IN },
    ]
    const run = simulate({ model: { ...steady(15), isLost: hole(29_900) }, untilMs: 80_000, facts })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down"])
  })
})
