import { describe, expect, it } from "vitest"
import { SETTINGS } from "./fixtures.ts"
import { dice, hole, simulate, steady, type LinkModel, type Recording } from "./simulate.ts"

const states = ({ changes }: Recording) => changes.map(({ to }) => to)
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const FROM_MS = 60_000

/** Clean at first; from FROM_MS until `toMs` it loses this part of the probes. */
function brownOut(ratio: number, seed: number, toMs = Infinity): LinkModel {
  const roll = dice(seed)
  return { ...steady(15), isLost: sentMs => roll() < (sentMs >= FROM_MS && sentMs < toMs ? ratio : 0.001) }
}

/** When it was first called degraded, after the brown-out began; Infinity: never. */
function delayMs(run: Recording): number {
  return (run.changes.find(({ to }) => to === "degraded")?.atMs ?? Infinity) - FROM_MS
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const brownOuts = (ratio: number, runs = 100) =>
  seeds(runs).map(seed => simulate({ model: brownOut(ratio, seed), untilMs: FROM_MS + 60_000 }))

describe("a brown-out", () => {
  it("of 20 % is seen within 6 s in the median, and never called dead", () => {
    const runs = brownOuts(0.2)
    expect(median(runs.map(delayMs))).toBeLessThan(6000)
    expect(runs.flatMap(states)).not.toContain("down")
  })

  it("of 40 % is seen sooner", () => {
    expect(median(brownOuts(0.4).map(delayMs))).toBeLessThan(3500)
  })

  it("of 2 %, a tenth of the setting, is none", () => {
    expect(brownOuts(0.02).flatMap(states)).not.toContain("degraded")
  })

  it("is over when the line is clean again, and not at the first good answer", () => {
    for (const seed of seeds(20)) {
      const { changes } = simulate({ model: brownOut(0.3, seed, FROM_MS + 60_000), untilMs: FROM_MS + 180_000 })
      expect(changes.at(-1)?.to).toBe("up")
      expect(changes.at(-1)?.reason).toBe("its targets answer well again")
      expect(changes.length).toBeLessThanOrEqual(5)
    }
  })

  it("costs at most one probe more a turn in the long run, whatever the loss", () => {
    for (const ratio of [0.05, 0.1, 0.15]) {
      const { sent } = simulate({ model: brownOut(ratio, 1), untilMs: 1_800_000 })
      expect(sent.length).toBeLessThan((2.3 * 1_800_000) / SETTINGS.intervalMs)
    }
  })

  it("costs no more for a link that fails again and again meanwhile", () => {
    const roll = dice(1)
    const isLost = (atMs: number) => atMs % 20_000 < 5000 || roll() < 0.15
    const { sent } = simulate({ model: { ...steady(15), isLost }, untilMs: 1_800_000, settings: { upAfterMs: 1000 } })
    expect(sent.length).toBeLessThan((2.7 * 1_800_000) / SETTINGS.intervalMs)
  })

  it("is told with the probes that prove it, since they began to be lost", () => {
    const change = brownOuts(0.4, 1)[0]?.changes.find(({ to }) => to === "degraded")
    expect(change?.reason).toMatch(/^\d+ of \d+ probes were lost$/)
    const [lost = 0, judged = 0] = (change?.reason.match(/\d+/g) ?? []).map(Number)
    expect(lost / judged).toBeGreaterThan(0.2)
  })
})

describe("what is no brown-out", () => {
  it("a short outage: it is one event, however many probes it swallows", () => {
    for (const lengthMs of [100, 300, 480]) {
      const model = { ...steady(15), isLost: hole(FROM_MS + 137, FROM_MS + 137 + lengthMs) }
      expect(states(simulate({ model, untilMs: FROM_MS + 60_000 }))).toEqual(["up"])
    }
  })

  it("one target that loses half of its probes, or is slow: the trouble is its own", () => {
    const roll = dice(7)
    const isLost = (_: number, __: number, probe: string) => probe === "b" && roll() < 0.5
    expect(states(simulate({ model: { ...steady(15), isLost }, untilMs: 600_000 }))).toEqual(["up"])
  })

  it("a target that dies after the whole link was silent: what was lost then is no evidence now", () => {
    const isLost = (atMs: number, _: number, probe: string) =>
      (atMs >= FROM_MS && atMs < FROM_MS + 5000) || (atMs >= FROM_MS + 20_000 && probe === "b")
    const run = simulate({ model: { ...steady(15), isLost }, untilMs: FROM_MS + 60_000, settings: { upAfterMs: 5000 } })
    expect(states(run)).toEqual(["up", "down", "up"])
  })

  it("a satellite's own RTT, above the setting as it is", () => {
    expect(states(simulate({ model: steady(640), untilMs: 600_000 }))).toEqual(["up"])
  })
})

describe("a bad target behind a good line", () => {
  it("that loses half of its probes does not make the link degraded, though the line itself loses one in a hundred", () => {
    for (const seed of seeds(10)) {
      const roll = dice(seed)
      const isLost = (_: number, __: number, probe: string) => roll() < (probe === "a" ? 0.5 : 0.01)
      expect(states(simulate({ model: { ...steady(15), isLost }, untilMs: 600_000 }))).toEqual(["up"])
    }
  })

  it("that loses half of its probes for an hour does not hide that the whole line begins to lose", () => {
    const [hourMs, roll] = [3_600_000, dice(1)]
    const isLost = (sentMs: number, _: number, probe: string) =>
      roll() < (sentMs > hourMs ? 0.4 : probe === "a" ? 0.5 : 0.01)
    const { changes } = simulate({ model: { ...steady(15), isLost }, untilMs: hourMs + 120_000 })
    expect(changes.find(({ to }) => to === "degraded")?.atMs).toBeGreaterThan(hourMs)
    expect(changes.map(({ to }) => to)).toContain("degraded")
  })

  it("that is slow for good does not, when the others are slow for a moment", () => {
    const isMoment = (sentMs: number) => sentMs > 120_000 && sentMs < 120_600
    const rttMs = (sentMs: number, probe: string) => (probe === "a" ? 400 : isMoment(sentMs) ? 350 : 20)
    const run = simulate({ model: { ...steady(0), rttMs }, untilMs: 600_000 })
    expect(states(run)).toEqual(["up"])
  })
})

describe("a slow link", () => {
  it("is degraded when its RTT exceeds the setting, and up again when the queue has drained", () => {
    const rttMs = (sentMs: number) => (sentMs > FROM_MS && sentMs < FROM_MS + 60_000 ? 450 : 15)
    const { changes } = simulate({ model: { ...steady(0), rttMs }, untilMs: 300_000 })
    expect(changes.map(({ to, reason }) => [to, reason])).toEqual([
      ["up", "its targets answer"],
      ["degraded", "its answers take 450 ms, and 300 ms is the limit"],
      ["up", "its targets answer well again"],
    ])
    expect(changes[1]?.atMs).toBeLessThan(FROM_MS + 6000)
    expect(changes[2]?.atMs).toBeLessThan(FROM_MS + 60_000 + 20_000)
  })

  it("is degraded at twice its own RTT where that is above the setting", () => {
    const rttMs = (sentMs: number) => (sentMs > FROM_MS ? 1500 : 640)
    expect(states(simulate({ model: { ...steady(0), rttMs }, untilMs: 120_000 }))).toEqual(["up", "degraded"])
  })
})
