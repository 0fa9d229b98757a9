import { describe, expect, it } from "vitest"
import { onProbe } from "../../src/core/health.ts"
import type { LinkHealth } from "../../src/core/link-health.ts"
import { tallyOfLoss } from "../../src/core/loss.ts"
import type { Outcome, ProbeResult } from "../../src/core/outcome.ts"
import { lossRatioOf, nearestOf } from "../../src/core/targets.ts"
import { worstDetectionMs } from "../../src/core/worst-case.ts"
import { SETTINGS } from "./fixtures.ts"
import { dice, hole, simulate, steady, type LinkModel, type Recording } from "./simulate.ts"

/** A line asked by TCP alone: what is lost, the kernel sends again after a second. */
const RESENT_MS = 1000
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const states = ({ changes }: Recording) => changes.map(({ to }) => to)
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const FROM_MS = 60_000

function brownOut(ratio: number, seed: number): LinkModel {
  const roll = dice(seed)
  return { ...steady(15), isLost: sentMs => sentMs >= FROM_MS && roll() < ratio, resentMs: RESENT_MS }
}

function delayMs(run: Recording): number {
  return (run.changes.find(({ to }) => to === "degraded")?.atMs ?? Infinity) - FROM_MS
}

describe("a line asked by TCP that loses 20 %", () => {
  const runs = seeds(50).map(seed => simulate({ model: brownOut(0.2, seed), untilMs: FROM_MS + 120_000 }))

  it("is degraded within 10 s in the median, as by ICMP, and never called dead", () => {
    expect(median(runs.map(delayMs))).toBeLessThan(10_000)
    expect(runs.flatMap(states)).not.toContain("down")
  })

  it("shows what it loses", () => {
    expect(median(runs.map(({ link }) => lossRatioOf(link.targets)))).toBeCloseTo(0.2, 1)
  })

  it("shows no jitter, for it has none", () => {
    for (const { link } of runs) expect(nearestOf(link.targets)?.jitterMs).toBe(0)
  })
})

/** When a silence from `fromMs` on was found, in ms after it began. */
function foundMs(fromMs: number): number {
  const silent = hole(fromMs)
  const lost = hole(fromMs - 1100, fromMs - 700)
  const isLost = (sentMs: number, answerMs: number) => silent(sentMs, answerMs) || lost(sentMs, answerMs)
  const model = { ...steady(15), isLost, resentMs: RESENT_MS }
  const { changes } = simulate({ model, untilMs: fromMs + 60_000 })
  return (changes.find(({ to }) => to === "down")?.atMs ?? Infinity) - fromMs
}

describe("a line that falls silent right after the kernel's second SYN was answered", () => {
  it.each(seeds(20).map(i => 60_000 + i * 33))("is found within the worst case, at %i ms", fromMs => {
    expect(foundMs(fromMs)).toBeLessThanOrEqual(worstDetectionMs(SETTINGS, 60) + 1)
  })
})

describe("a probe of which the kernel sent the SYN again", () => {
  const calm = simulate({ model: steady(15), untilMs: 30_000 }).link
  const result = (outcome: Outcome, atMs: number): ProbeResult => {
    return { kind: "probe", link: "isp1", probe: "a", sentMs: 30_000, atMs, outcome }
  }
  const missed = onProbe(calm, result({ kind: "lost", reason: "timeout" }, 30_050), SETTINGS)
  const resent = result({ kind: "reply", rttMs: 15, resent: true }, 31_015)
  const lostOf = ({ targets, quality }: LinkHealth) => {
    const { judged, lost } = tallyOfLoss(quality.loss, targets, targets)
    return [targets[0]?.lost, lost, judged]
  }

  it("is evidence of loss once, when it was missed before its answer came", () => {
    expect(lostOf(missed)).toEqual([1, 1, 1])
    const settled = onProbe(missed, resent, SETTINGS)
    expect(lostOf(settled)).toEqual([1, 1, 1])
    expect(settled.quality.loss.nats).toBe(missed.quality.loss.nats)
    expect(settled.suspicion).toBeNull()
  })

  it("is evidence of loss once, when its answer came first, also of a link in good order", () => {
    expect(lostOf(onProbe(calm, resent, SETTINGS))).toEqual([1, 1, 1])
  })

  it("ends a run of misses, which counts for no more than a short outage: the line is not silent", () => {
    expect(missed.quality.loss.missesInRow).toBe(1)
    expect(onProbe(missed, resent, SETTINGS).quality.loss.missesInRow).toBe(0)
  })
})

/** Sent at the usual pace in as long. */
const usual = (untilMs: number) => untilMs / SETTINGS.intervalMs
const LASTING_MS = 600_000

describe("a line of more than a second, each of whose SYNs is sent again, though the first is answered", () => {
  const lasting = (rttMs: number) => simulate({ model: steady(rttMs), untilMs: LASTING_MS })

  it.each([1200, 1800, 2500])("is up and measured at %i ms", rttMs => {
    const { link } = lasting(rttMs)
    expect(link.state).toBe("up")
    expect(nearestOf(link.targets)?.newestMs).toBe(rttMs)
    expect(lossRatioOf(link.targets)).toBeLessThan(0.01)
  })

  it.each([1200, 1800])("is asked at the usual pace at %i ms", rttMs => {
    expect(lasting(rttMs).sent.length).toBeLessThan(usual(LASTING_MS) + 100)
  })

  it("is not asked in endless bursts where it takes longer than any answer is waited for", () => {
    expect(lasting(2500).sent.length).toBeLessThan(3 * usual(LASTING_MS))
  })

  it("is degraded where it used to be quicker, until its queue filled", () => {
    const rttMs = (sentMs: number) => Math.min(1800, 15 + Math.max(0, sentMs - FROM_MS) / 10)
    const run = simulate({ model: { ...steady(0), rttMs }, untilMs: FROM_MS + 60_000 })
    expect(states(run)).toEqual(["up", "degraded"])
    expect(nearestOf(run.link.targets)?.newestMs).toBe(1800)
  })
})

describe("such a line where no timestamp tells which SYN was answered", () => {
  it.each([1200, 1800, 2500])("is alive at %i ms, and looks lossy", rttMs => {
    const model: LinkModel = { ...steady(rttMs), reply: () => ({ kind: "reply", rttMs: null, resent: true }) }
    const { link, sent } = simulate({ model, untilMs: LASTING_MS })
    expect(link.state).toBe("degraded")
    expect(lossRatioOf(link.targets)).toBe(1)
    expect(sent.length).toBeLessThan(3 * usual(LASTING_MS))
  })
})
