import { describe, expect, it } from "vitest"
import { evidenceOf } from "../../src/core/evidence.ts"
import { SETTINGS } from "./fixtures.ts"
import { dice, hole, simulate, steady, type LinkModel, type Recording } from "./simulate.ts"

const { intervalMs } = SETTINGS
const HOUR_MS = 3_600_000

const states = ({ changes }: Recording) => changes.map(({ to }) => to)
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

function deadTarget(probe: string, fromMs: number, toMs = Infinity): LinkModel {
  return { ...steady(15), isLost: (sentMs, _, asked) => asked === probe && sentMs >= fromMs && sentMs < toMs }
}

function lossy(ratio: number, seed: number): LinkModel {
  const roll = dice(seed)
  return { ...steady(15), isLost: () => roll() < ratio }
}

describe("what must never take a good link down", () => {
  it.each([20_000, 20_500, 21_000])("a single lost probe, at %i ms", atMs => {
    const model = { ...steady(15), isLost: hole(atMs, atMs + 1) }
    expect(states(simulate({ model, untilMs: 60_000 }))).toEqual(["up"])
    expect(states(simulate({ model, untilMs: 60_000, settings: { quorum: 3 } }))).toEqual(["up"])
  })

  it("one of three targets dead for a minute, nor does it when it is back", () => {
    const run = simulate({ model: deadTarget("b", 20_000, 80_000), untilMs: 180_000 })
    expect(states(run)).toEqual(["up"])
    expect(run.link.targets.every(target => target.missesInRow === 0)).toBe(true)
  })

  it("one of three targets dead for ten hours, nor does it keep the link probed faster", () => {
    const run = simulate({ model: deadTarget("b", 20_000), untilMs: 10 * HOUR_MS })
    expect(states(run)).toEqual(["up"])
    expect(run.sent.length).toBeLessThan((10 * HOUR_MS) / intervalMs + 300)
  }, 60_000)

  it("a target that was dead from the start", () => {
    const run = simulate({ model: deadTarget("a", 0), untilMs: 120_000 })
    expect(states(run)).toEqual(["up"])
    expect(run.sent.length).toBeLessThan(120_000 / intervalMs + 50)
  })

  it("30 % of random loss for five minutes, in fifty runs", () => {
    const runs = seeds(50).map(seed => simulate({ model: lossy(0.3, seed), untilMs: 300_000 }))
    expect(runs.flatMap(states).filter(state => state === "down")).toEqual([])
  }, 60_000)

  it("a satellite at 600 ms give or take 50", () => {
    for (const seed of seeds(20)) {
      const roll = dice(seed)
      const run = simulate({ model: { ...steady(0), rttMs: () => 550 + 100 * roll() }, untilMs: 300_000 })
      expect(states(run)).toEqual(["up"])
    }
  })

  it("a satellite that loses one answer in fifty", () => {
    for (const seed of seeds(20)) {
      const roll = dice(seed)
      const model = { rttMs: () => 550 + 100 * roll(), isLost: () => roll() < 0.02 }
      expect(states(simulate({ model, untilMs: 300_000 }))).toEqual(["up"])
    }
  })

  it.each([20_000, 20_120, 20_333, 20_480])("a queue that fills at %i ms: 15 ms become 400, late but alive", fromMs => {
    const model = { ...steady(0), rttMs: (sentMs: number) => (sentMs < fromMs ? 15 : 400) }
    const run = simulate({ model, untilMs: 120_000, settings: { degraded: { ...SETTINGS.degraded, rttMs: 500 } } })
    expect(states(run)).toEqual(["up"])
    expect(run.sent.length).toBeLessThan(120_000 / intervalMs + 100)
  })

  it("a prober that cannot ask, which asks no faster for it", () => {
    const model = { ...steady(15), isBroken: (sentMs: number) => sentMs > 20_000 && sentMs < 80_000 }
    const run = simulate({ model, untilMs: 120_000 })
    expect(states(run)).toEqual(["up"])
    expect(run.sent).toHaveLength(120_000 / intervalMs + 1)
  })

  it("a prober that stops being able to ask in the middle of a suspicion", () => {
    const model = { ...steady(15), isLost: hole(20_016), isBroken: (sentMs: number) => sentMs > 20_700 }
    const run = simulate({ model, untilMs: 120_000 })
    expect(states(run)).toEqual(["up"])
    expect(run.sent.length).toBeLessThan(120_000 / intervalMs + 20)
  })

  it.each([20_003, 20_014, 20_400])("a process that stands still for ten seconds at %i ms", fromMs => {
    const stall = { fromMs, toMs: fromMs + 10_000 }
    expect(states(simulate({ model: steady(15), untilMs: 60_000, stall }))).toEqual(["up"])
  })

  it.each([20_120, 20_200, 20_300])("a process that stands still at %i ms, having just missed answers", fromMs => {
    const model = { ...steady(15), isLost: hole(20_000, fromMs + 10_000) }
    const stall = { fromMs, toMs: fromMs + 10_000 }
    expect(states(simulate({ model, untilMs: 60_000, stall }))).toEqual(["up"])
  })
})

/** Probes sent in the minute from `fromMs` on. */
const minute = ({ sent }: Recording, fromMs: number) =>
  sent.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 60_000).length

describe("what may never cost without bound", () => {
  it.each([16, 55, 60, 80, 120, 400])("one answer that takes %i ms on a line of 15 ms", lateMs => {
    const model = { ...steady(0), rttMs: (sentMs: number) => (sentMs === 20_000 ? lateMs : 15) }
    expect(minute(simulate({ model, untilMs: 200_000 }), 100_000)).toBe(60_000 / intervalMs)
  })

  it("a dead link that answered for a second and died again", () => {
    const isLost = (atMs: number) => atMs >= 20_000 && !(atMs >= 60_000 && atMs < 61_000)
    expect(minute(simulate({ model: { ...steady(15), isLost }, untilMs: 300_000 }), 200_000)).toBe(60_000 / intervalMs)
  })

  it("a satellite line that loses a third of everything: twice the usual pace in the long run", () => {
    const roll = dice(1)
    const model = { rttMs: () => 600 + 100 * roll(), isLost: () => roll() < 0.35 }
    const { sent } = simulate({ model, untilMs: HOUR_MS })
    expect(sent.length).toBeLessThan((2 * HOUR_MS) / intervalMs + 1000)
  })
})

describe("a brown-out is still seen", () => {
  it("by the one target that is left of two", () => {
    const roll = dice(3)
    const isLost = (atMs: number, _: number, probe: string) =>
      (probe === "b" && atMs > 20_000) || (atMs > 60_000 && roll() < 0.4)
    const run = simulate({ model: { ...steady(15), isLost }, untilMs: 180_000, probes: ["a", "b"] })
    expect(states(run)).toEqual(["up", "degraded"])
  })
})

describe("a real outage is still seen", () => {
  it("through 30 % of random loss, in fifty runs", () => {
    for (const seed of seeds(50)) {
      const noise = lossy(0.3, seed)
      const isLost = (a: number, b: number, probe: string) => a >= 20_000 || noise.isLost(a, b, probe)
      const { changes } = simulate({ model: { ...noise, isLost }, untilMs: 30_000 })
      const downs = changes.filter(({ to }) => to === "down")
      expect(downs).toHaveLength(1)
      expect(downs[0]?.atMs).toBeGreaterThanOrEqual(20_000)
      expect(downs[0]?.atMs).toBeLessThan(21_700)
    }
  })

  it("with one target dead for long, at most one pause later", () => {
    const isLost = (a: number, _: number, probe: string) => a >= 100_000 || (probe === "b" && a > 20_000)
    const { changes } = simulate({ model: { ...steady(15), isLost }, untilMs: 120_000 })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(changes[1]?.atMs).toBeLessThan(100_000 + 1000 + 2 * intervalMs + 200)
  })

  it("on a satellite", () => {
    const { changes } = simulate({ model: { ...steady(600), isLost: hole(60_000) }, untilMs: 90_000 })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(changes[1]?.atMs).toBeLessThan(60_000 + intervalMs + 2 * 700 + 400 + 200)
  })

  it("when the process stood still before it", () => {
    const model = { ...steady(15), isLost: hole(25_000) }
    const { changes } = simulate({ model, untilMs: 60_000, stall: { fromMs: 20_003, toMs: 30_003 } })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(changes[1]?.atMs).toBeLessThan(30_003 + intervalMs + 1000)
  })
})

describe("what is told of a link with a dead target", () => {
  const run = (untilMs: number, isLost: (sentMs: number) => boolean = () => false) => {
    const model = {
      ...steady(15),
      isLost: (sentMs: number, _: number, probe: string) => probe === "b" || isLost(sentMs),
    }
    return simulate({ model, untilMs })
  }

  it("is what the living ones tell: they lose nothing, so it loses nothing", () => {
    const { link } = run(600_000)
    expect(evidenceOf(link, SETTINGS, 600_000)).toMatchObject({ lossRatio: 0, answering: 2 })
  })

  it("counts only their misses against it when it dies", () => {
    const { link } = run(640_000, sentMs => sentMs >= 600_000)
    expect(link.state).toBe("down")
    // 80 turns and a burst of about 30; the dead target alone has missed more than that.
    expect(evidenceOf(link, SETTINGS, 640_000).probesLost).toBeLessThan(120)
    expect(link.targets.find(({ probe }) => probe === "b")?.missesInRow).toBeGreaterThan(120)
  })
})
