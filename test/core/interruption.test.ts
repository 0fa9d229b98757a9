import { describe, expect, it } from "vitest"
import type { Facts } from "../../src/core/facts.ts"
import { pendingOf } from "../../src/core/pending.ts"
import { PLUGGED_IN, SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

const { upAfterMs, downAfterMs } = SETTINGS
const RTT_MS = 15

const GONE = {
  "interface missing": { index: null, carrier: false, address: null, gateway: null },
  "no carrier": { carrier: false },
  "no address": { address: null },
  "no gateway": { gateway: null },
} satisfies Record<string, Partial<Facts>>
type Gone = keyof typeof GONE

/** It is away from `fromMs` on, for so long. */
const away = (gone: Gone, fromMs: number, forMs: number) => [
  { atMs: fromMs, facts: { ...PLUGGED_IN, ...GONE[gone] } },
  { atMs: fromMs + forMs, facts: { ...PLUGGED_IN, index: 9, address: "192.0.2.77" } },
]

const often = (gone: Gone, times: number) =>
  Array.from({ length: times }, (_, i) => away(gone, 20_003 + i * 5_000, 300)).flat()

describe("what the kernel takes away and gives back within downAfter", () => {
  it.each(Object.keys(GONE) as Gone[])("carries all of its share again with its first answer: %s", gone => {
    const run = simulate({ model: steady(RTT_MS), untilMs: 22_000, facts: away(gone, 20_003, 700) })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(run.changes[2]?.atMs).toBe(20_703 + RTT_MS)
    expect(run.changes[2]?.reason).toBe(`its targets answer again after an interruption: ${gone}`)
    expect(run.link.share).toBe(1)
  })

  it("tells for how long its first answer is enough, while it is away and once it is back, and no longer", () => {
    const facts = [{ atMs: 20_003, facts: { ...PLUGGED_IN, carrier: false } }]
    const model = steady(RTT_MS)
    const pendingAt = (atMs: number, more: typeof facts = []) =>
      pendingOf(simulate({ model, untilMs: atMs, facts: [...facts, ...more] }).link, SETTINGS, atMs)
    expect(pendingAt(20_303)).toEqual({ to: "resume", leftMs: downAfterMs - 300 })
    expect(pendingAt(20_710, [{ atMs: 20_703, facts: PLUGGED_IN }])).toEqual({ to: "resume", leftMs: downAfterMs - 7 })
    expect(pendingAt(20_003 + downAfterMs)).toBeNull()
  })

  it("is asked at once, and no faster than usual once it has answered", () => {
    const run = simulate({ model: steady(RTT_MS), untilMs: 60_000, facts: away("no address", 20_003, 700) })
    const usual = simulate({ model: steady(RTT_MS), untilMs: 60_000 })
    expect(run.sent.some(({ atMs }) => atMs === 20_703)).toBe(true)
    expect(run.sent.length).toBeLessThanOrEqual(usual.sent.length + 3)
  })

  it("is not held to answer slowly for what waited in the kernel until its line was there", () => {
    const heldUntilMs = 21_603
    const rttMs = (sentMs: number) =>
      sentMs >= 20_703 && sentMs < heldUntilMs ? heldUntilMs + RTT_MS - sentMs : RTT_MS
    const model = { ...steady(RTT_MS), rttMs }
    const facts = [{ atMs: 0, facts: PLUGGED_IN }, ...away("no carrier", 20_003, 700).slice(0, 1)]
    const run = simulate({ model, untilMs: 30_000, facts: [...facts, { atMs: 20_703, facts: PLUGGED_IN }] })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(run.changes[2]?.atMs).toBe(heldUntilMs + RTT_MS)
    expect(run.link.targets.map(({ roundTrips }) => roundTrips?.newestMs)).toEqual([RTT_MS, RTT_MS, RTT_MS])
  })

  it("is proven upAfter later", () => {
    const until = (untilMs: number) =>
      simulate({ model: steady(RTT_MS), untilMs, facts: away("no address", 20_003, 700) }).link.interruption
    expect(until(20_703 + upAfterMs)).not.toBeNull()
    expect(until(20_703 + RTT_MS + upAfterMs + 2)).toBeNull()
  })

  it("has to prove itself first where no answer comes within downAfter either", () => {
    const [endMs, healedMs] = [20_703 + downAfterMs, 30_000]
    const model = { ...steady(RTT_MS), isLost: (sentMs: number) => sentMs >= 20_003 && sentMs < healedMs }
    const run = simulate({ model, untilMs: 60_000, facts: away("no carrier", 20_003, 700) })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(run.changes[2]?.atMs).toBeGreaterThanOrEqual(healedMs + upAfterMs)
    expect(run.sent.filter(({ atMs }) => atMs > endMs + 10 && atMs < endMs + 5_010)).toHaveLength(10)
  })

  it("has to prove itself when it was dead before", () => {
    const model = { ...steady(RTT_MS), isLost: (sentMs: number) => sentMs >= 10_000 && sentMs < 20_500 }
    const run = simulate({ model, untilMs: 60_000, facts: away("no address", 20_003, 700) })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(run.changes[2]?.atMs).toBeGreaterThanOrEqual(20_703 + upAfterMs)
  })

  it("goes down by its silence like any other", () => {
    const model = { ...steady(RTT_MS), isLost: hole(21_000) }
    const run = simulate({ model, untilMs: 25_000, facts: away("no address", 20_003, 300) })
    expect(run.changes.map(({ to }) => to)).toEqual(["up", "down", "up", "down"])
    expect(run.link.interruption).toBeNull()
  })

  it("is damped where a plug is loose, and not for its leases", () => {
    const share = (gone: Gone) => simulate({ model: steady(RTT_MS), untilMs: 40_000, facts: often(gone, 4) }).link.share
    expect(share("no carrier")).toBe(0)
    expect(share("no address")).toBe(1)
  })
})

describe("what is away for longer", () => {
  it.each(Object.keys(GONE) as Gone[])("has to prove itself: %s", gone => {
    const run = simulate({ model: steady(RTT_MS), untilMs: 60_000, facts: away(gone, 20_003, downAfterMs + 100) })
    expect(run.changes[2]?.atMs).toBeGreaterThanOrEqual(20_003 + downAfterMs + 100 + upAfterMs)
  })
})
