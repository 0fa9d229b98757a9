import { describe, expect, it } from "vitest"
import { onProbe } from "../../src/core/health.ts"
import { knownDead, newLink } from "../../src/core/link-health.ts"
import { deadlineMs, paceMs } from "../../src/core/pace.ts"
import { CONFIRM_PROBES, confirmPaceMs } from "../../src/core/suspicion.ts"
import { SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

const { intervalMs, downAfterMs, upAfterMs } = SETTINGS
const RTT_MS = 15

/** Answers at 515, 1015, … so that every phase between two probes is met. */
const phases = [20_000, 20_001, 20_014, 20_016, 20_100, 20_250, 20_400, 20_499]

describe("a new link", () => {
  it("is up at the first answer", () => {
    const { changes } = simulate({ model: steady(RTT_MS), untilMs: 5000 })
    expect(changes).toMatchObject([{ atMs: RTT_MS, from: "unknown", to: "up", reason: "its targets answer" }])
  })

  it("waits for as many targets as the quorum asks", () => {
    const { changes } = simulate({ model: steady(RTT_MS), untilMs: 5000, settings: { quorum: 3 } })
    expect(changes).toMatchObject([{ atMs: 2 * intervalMs + RTT_MS, to: "up" }])
  })

  it("is down when nothing ever answers, once a burst has confirmed it", () => {
    const { changes } = simulate({ model: { ...steady(RTT_MS), isLost: () => true }, untilMs: 30_000 })
    expect(changes).toMatchObject([{ from: "unknown", to: "down", evidence: { silenceMs: null, answering: 0 } }])
    expect(changes[0]?.evidence.probesLost).toBeGreaterThan(CONFIRM_PROBES)
  })

  it("is down when fewer targets than the quorum ever answer", () => {
    const model = { ...steady(RTT_MS), isLost: (_: number, __: number, probe: string) => probe !== "a" }
    const { changes } = simulate({ model, untilMs: 30_000, settings: { quorum: 2 } })
    expect(changes).toMatchObject([{ from: "unknown", to: "down" }])
    expect(changes[0]?.reason).toMatch(/^fewer than 2 targets answered for \d\.\d s$/)
  })
})

describe("a silent blackhole", () => {
  it.each(phases)("that begins at %i ms takes the link down in time, and not early", fromMs => {
    const { changes } = simulate({ model: { ...steady(RTT_MS), isLost: hole(fromMs) }, untilMs: 40_000 })
    const [, down] = changes
    const lastAnswerMs = Math.floor((fromMs - RTT_MS - 1) / intervalMs) * intervalMs + RTT_MS
    expect(changes).toHaveLength(2)
    expect(down?.to).toBe("down")
    expect(down?.atMs).toBeGreaterThanOrEqual(lastAnswerMs + downAfterMs)
    expect(down?.atMs).toBeLessThanOrEqual(fromMs + downAfterMs + intervalMs + 200)
  })

  it("is down little more than downAfter after its last answer, however long that is", () => {
    const settings = { intervalMs: 100, downAfterMs: 3000 }
    const { changes } = simulate({ model: { ...steady(RTT_MS), isLost: hole(20_050) }, untilMs: 40_000, settings })
    expect(changes[1]?.atMs).toBeGreaterThanOrEqual(20_000 + RTT_MS + 3000)
    expect(changes[1]?.atMs).toBeLessThan(20_000 + RTT_MS + 3300)
  })

  it("is told with the evidence that decided it", () => {
    const { changes } = simulate({ model: { ...steady(RTT_MS), isLost: hole(20_016) }, untilMs: 40_000 })
    expect(changes[1]).toMatchObject({
      reason: "no target answered for 1.1 s",
      evidence: { probesSent: 28, probesLost: 28, answering: 0, rttMs: RTT_MS, thresholds: { downAfterMs, quorum: 1 } },
    })
    expect(changes[1]?.evidence.silenceMs).toBe((changes[1]?.atMs ?? NaN) - 20_000 - RTT_MS)
  })

  it("that answers for itself is told with what it says", () => {
    const link = newLink("isp1", ["a", "b"], SETTINGS, 0)
    const portal = { kind: "lost", reason: "answer", detail: "HTTP 302" } as const
    const probes = Array.from({ length: 100 }, (_, turn) => ({ probe: turn % 2 ? "a" : "b", sentMs: 20 * turn }))
    const dead = probes.reduce(
      (seen, { probe, sentMs }) =>
        onProbe(seen, { kind: "probe", link: "isp1", probe, sentMs, atMs: sentMs + 5, outcome: portal }, SETTINGS),
      link,
    )
    expect(dead.state).toBe("down")
    expect(dead.reason).toMatch(/^no target answered as it should for \d\.\d s: HTTP 302$/)
  })

  it("is probed faster from the first miss until the verdict, then at the usual pace again", () => {
    const { sent, changes } = simulate({ model: { ...steady(RTT_MS), isLost: hole(20_016) }, untilMs: 60_000 })
    const downMs = changes[1]?.atMs ?? NaN
    const during = (fromMs: number, toMs: number) => sent.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length
    expect(during(10_000, 20_000)).toBe(20)
    expect(during(20_600, downMs)).toBeGreaterThanOrEqual(CONFIRM_PROBES)
    expect(during(30_000, 40_000)).toBe(20)
  })

  it.each([1, 2, 3])("is seen with a quorum of %i as fast", quorum => {
    const model = { ...steady(RTT_MS), isLost: hole(20_250) }
    const { changes } = simulate({ model, untilMs: 40_000, settings: { quorum } })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(changes[1]?.atMs).toBeLessThanOrEqual(20_250 + downAfterMs + intervalMs + 200)
  })
})

describe("a quorum of 2 of 3", () => {
  const silentFrom = (deadFrom: Record<string, number>) => ({
    ...steady(RTT_MS),
    isLost: (sentMs: number, _: number, probe: string) => sentMs >= (deadFrom[probe] ?? Infinity),
  })

  it("holds with one target dead", () => {
    const { changes } = simulate({ model: silentFrom({ b: 20_000 }), untilMs: 120_000, settings: { quorum: 2 } })
    expect(changes.map(({ to }) => to)).toEqual(["up"])
  })

  it.each([1000, 10_000, 60_000])("fails when two targets die together, with downAfter %i ms", downAfterMs => {
    const settings = { quorum: 2, downAfterMs }
    const { changes } = simulate({ model: silentFrom({ b: 20_000, c: 20_000 }), untilMs: 200_000, settings })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(changes[1]?.reason).toMatch(/^fewer than 2 targets/)
    expect(changes[1]?.atMs).toBeLessThan(20_000 + 2 * downAfterMs + 3 * intervalMs)
  })

  it("fails when a second target dies long after the first", () => {
    const model = silentFrom({ b: 20_000, c: 100_000 })
    const { changes } = simulate({ model, untilMs: 200_000, settings: { quorum: 2 } })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down"])
    expect(changes[1]?.atMs).toBeGreaterThan(100_000)
    expect(changes[1]?.atMs).toBeLessThan(103_000)
  })
})

describe("an outage that heals", () => {
  const healed = { ...steady(RTT_MS), isLost: hole(20_000, 40_020) }
  const firstAnswerMs = (sent: readonly { readonly atMs: number }[]) =>
    (sent.find(({ atMs }) => atMs >= 40_020)?.atMs ?? NaN) + RTT_MS

  it("has the link up upAfter after the first answer", () => {
    const { changes, sent } = simulate({ model: healed, untilMs: 80_000 })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(changes[2]?.reason).toBe("its targets answered for 10.0 s")
    expect(changes[2]?.atMs).toBeGreaterThanOrEqual(firstAnswerMs(sent) + upAfterMs)
    expect(changes[2]?.atMs).toBeLessThanOrEqual(firstAnswerMs(sent) + upAfterMs + 2)
  })

  it("is told with the answers that decided it", () => {
    const { changes } = simulate({ model: healed, untilMs: 80_000 })
    expect(changes[2]?.evidence).toMatchObject({ probesLost: 0, answering: 3, rttMs: RTT_MS })
    expect(changes[2]?.evidence.probesSent).toBeGreaterThanOrEqual(upAfterMs / intervalMs - 1)
  })

  it("starts over when the recovery is interrupted, not from an old answer", () => {
    const again = hole(45_000, 47_000)
    const model = { ...healed, isLost: (a: number, b: number) => healed.isLost(a, b) || again(a, b) }
    const { changes, sent } = simulate({ model, untilMs: 80_000 })
    const resumedMs = (sent.find(({ atMs }) => atMs >= 47_000)?.atMs ?? NaN) + RTT_MS
    expect(changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(changes[2]?.atMs).toBeGreaterThanOrEqual(resumedMs + upAfterMs)
    expect(changes[2]?.atMs).toBeLessThanOrEqual(resumedMs + upAfterMs + 2)
  })

  it("is not set back by a single lost probe", () => {
    const once = hole(44_900, 45_100)
    const model = { ...healed, isLost: (a: number, b: number) => healed.isLost(a, b) || once(a, b) }
    const { changes, sent } = simulate({ model, untilMs: 80_000 })
    expect(changes[2]?.atMs).toBeLessThanOrEqual(firstAnswerMs(sent) + upAfterMs + 2)
  })

  it("does not go on while nothing can be asked", () => {
    const model = { ...healed, isBroken: (sentMs: number) => sentMs > 42_000 && sentMs < 70_000 }
    const { changes } = simulate({ model, untilMs: 100_000 })
    expect(changes.map(({ to }) => to)).toEqual(["up", "down", "up"])
    expect(changes[2]?.atMs).toBeGreaterThanOrEqual(70_000 + upAfterMs)
  })

  it("is not decided by a clock that ran on while the process stood still", () => {
    const { changes } = simulate({ model: healed, untilMs: 100_000, stall: { fromMs: 41_000, toMs: 70_000 } })
    expect(changes[2]?.evidence.silenceMs).toBeLessThan(intervalMs)
  })
})

describe("a link that was known dead", () => {
  it("proves itself like any other dead link", () => {
    const start = { start: (link: ReturnType<typeof newLink>) => knownDead(link, "dead before the restart") }
    const { changes } = simulate({ model: steady(RTT_MS), untilMs: 30_000, ...start })
    expect(changes).toMatchObject([{ from: "down", to: "up" }])
    expect(changes[0]?.atMs).toBeGreaterThanOrEqual(RTT_MS + upAfterMs)
    expect(changes[0]?.atMs).toBeLessThanOrEqual(RTT_MS + upAfterMs + 2)
  })

  it("stays down while nothing answers, without a burst", () => {
    const { changes, sent, link } = simulate({
      model: { ...steady(RTT_MS), isLost: () => true },
      untilMs: 60_000,
      start: fresh => knownDead(fresh, "dead before the restart"),
    })
    expect(changes).toEqual([])
    expect(link.reason).toBe("dead before the restart")
    expect(sent).toHaveLength(60_000 / intervalMs + 1)
  })
})

describe("the pace", () => {
  it("of a burst fits into downAfter, and spares a modem", () => {
    expect(confirmPaceMs(SETTINGS)).toBe(20)
    expect(confirmPaceMs({ ...SETTINGS, downAfterMs: 200 })).toBe(20)
    expect(confirmPaceMs({ ...SETTINGS, downAfterMs: 3000 })).toBe(60)
    expect(confirmPaceMs({ ...SETTINGS, downAfterMs: 60_000 })).toBe(intervalMs)
  })

  it("of a link that nobody suspects is the interval, and time alone decides nothing about it", () => {
    const link = newLink("isp1", ["a"], SETTINGS, 0)
    expect(paceMs(link, SETTINGS)).toBe(intervalMs)
    expect(deadlineMs(link, SETTINGS)).toBeNull()
  })
})
