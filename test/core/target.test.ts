import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Outcome } from "../../src/core/outcome.ts"
import {
  answerTimeoutMs,
  isDead,
  lossRatio,
  newTarget,
  observe,
  quorumAnswer,
  rttSummary,
  type TargetHealth,
} from "../../src/core/target.ts"
import { SETTINGS } from "./fixtures.ts"

const LOST: Outcome = { kind: "lost", reason: "timeout" }
const reply = (rttMs: number): Outcome => ({ kind: "reply", rttMs })

function seen(target: TargetHealth, sentMs: number, outcome: Outcome, atMs = sentMs): TargetHealth {
  return observe(target, { kind: "probe", link: "isp1", probe: target.probe, sentMs, atMs, outcome })
}

/** One probe a second from 0 on: an RTT, or null for a loss. */
function history(rtts: readonly (number | null)[]): TargetHealth {
  const outcomes = rtts.map(rttMs => (rttMs === null ? LOST : reply(rttMs)))
  return outcomes.reduce((target, outcome, i) => seen(target, i * 1000, outcome), newTarget("a"))
}

const answeredAt = (lastAnswerMs: number | null, missesInRow = 0): TargetHealth => ({
  ...newTarget("a"),
  lastAnswerMs,
  missesInRow,
})

describe("observe", () => {
  it("counts misses in a row and lets an answer end them", () => {
    expect(history([15, null, null]).missesInRow).toBe(2)
    expect(history([15, null, null, 15]).missesInRow).toBe(0)
  })

  it("dates the last answer by when it came, not by when it was asked for", () => {
    expect(seen(newTarget("a"), 1000, reply(40), 1040).lastAnswerMs).toBe(1040)
  })

  it("takes an answer whose RTT cannot be told for an answer, and learns no RTT from it", () => {
    const known = history([15, 15, 15])
    const answered = seen(known, 3000, { kind: "reply", rttMs: null }, 4050)
    expect(answered).toMatchObject({ lastAnswerMs: 4050, missesInRow: 0, rtt: known.rtt })
    expect(lossRatio([answered])).toBe(0)
    expect(rttSummary(answered).rttMs).toBe(15)
  })

  it("lets a late answer take back the miss of the same probe, and learn its RTT", () => {
    const missed = seen(history([15, 15, 15]), 3000, LOST, 3100)
    expect(lossRatio([missed])).toBe(0.25)
    const late = seen(missed, 3000, reply(400), 3400)
    expect(late).toMatchObject({ missesInRow: 0, lastAnswerMs: 3400 })
    expect(lossRatio([late])).toBe(0)
    expect(late.recent).toHaveLength(4)
    expect(late.rtt?.srttMs).toBeCloseTo(15 + (50 - 15) / 8) // it ran against the timeout of 50 ms
  })

  it("leaves the misses of other probes alone when a late answer comes", () => {
    const missed = seen(seen(newTarget("a"), 0, LOST, 100), 40, LOST, 140)
    expect(lossRatio([seen(missed, 0, reply(400), 400)])).toBe(0.5)
  })

  it("keeps its samples in order of sending when answers overtake one another", () => {
    const target = seen(seen(seen(newTarget("a"), 0, LOST, 100), 40, reply(70), 110), 0, reply(400), 400)
    expect(target.recent.map(sample => sample.sentMs)).toEqual([0, 40])
  })

  it("does not take up a late answer to a probe that it has forgotten", () => {
    const target = seen(history(Array.from({ length: 60 }, () => 15)), 2000, reply(58_000), 60_000)
    expect(target.recent.map(sample => sample.sentMs)).not.toContain(2000)
    expect(target.lastAnswerMs).toBe(60_000)
  })

  it("holds nothing against a target while the prober cannot ask, and says why", () => {
    const before = history([15, null])
    const broken = seen(before, 2000, { kind: "broken", error: "EPERM" })
    expect(broken).toEqual({ ...before, broken: "EPERM" })
    expect(seen(broken, 3000, LOST).broken).toBeNull()
    expect(seen(broken, 3000, reply(15)).broken).toBeNull()
  })

  it("forgets what is older than the newest fifty", () => {
    const target = history([...Array.from({ length: 50 }, () => null), ...Array.from({ length: 50 }, () => 15)])
    expect(lossRatio([target])).toBe(0)
    expect(target.recent).toHaveLength(50)
  })
})

describe("isDead", () => {
  it("is relative to the siblings: silent for long while they answer", () => {
    const dead = answeredAt(1000, 5)
    expect(isDead(dead, [dead, answeredAt(10_000)], SETTINGS)).toBe(true)
  })

  it("is nobody when all are silent alike: then it is the link", () => {
    const targets = [answeredAt(1000, 9), answeredAt(1400, 9), answeredAt(900, 9)]
    expect(targets.filter(target => isDead(target, targets, SETTINGS))).toEqual([])
  })

  it("takes three misses and five seconds, never one alone", () => {
    const sibling = answeredAt(10_000)
    expect(isDead(answeredAt(4000, 2), [sibling], SETTINGS)).toBe(false)
    expect(isDead(answeredAt(5000, 3), [sibling], SETTINGS)).toBe(false)
    expect(isDead(answeredAt(4999, 3), [sibling], SETTINGS)).toBe(true)
  })

  it("includes a target that never answered, once a sibling did", () => {
    expect(isDead(answeredAt(null, 3), [answeredAt(null, 3)], SETTINGS)).toBe(false)
    expect(isDead(answeredAt(null, 3), [answeredAt(600)], SETTINGS)).toBe(true)
  })

  it("is nobody without whom the quorum fails", () => {
    const targets = [answeredAt(60_000), answeredAt(1000, 50), answeredAt(1500, 50)]
    expect(targets.filter(target => isDead(target, targets, { ...SETTINGS, quorum: 2 }))).toEqual([])
    expect(targets.filter(target => isDead(target, targets, SETTINGS))).toEqual(targets.slice(1))
  })

  it("is nobody who is only asked seldom, because the interval is long", () => {
    const targets = [answeredAt(60_000, 3), answeredAt(55_000, 3), answeredAt(50_000, 3)]
    expect(targets.filter(target => isDead(target, targets, { quorum: 1, intervalMs: 5000 }))).toEqual([])
    expect(isDead(answeredAt(29_999, 3), targets, { quorum: 1, intervalMs: 5000 })).toBe(true)
  })
})

describe("quorumAnswer", () => {
  const targets = [answeredAt(100), answeredAt(null), answeredAt(300), answeredAt(200)]

  it("is when that many distinct targets had last all answered", () => {
    expect([1, 2, 3].map(quorum => quorumAnswer(targets, quorum))).toEqual([300, 200, 100])
  })

  it("is null while fewer ever did", () => {
    expect(quorumAnswer(targets, 4)).toBeNull()
    expect(quorumAnswer([], 1)).toBeNull()
  })

  it("leaves the targets in their order", () => {
    quorumAnswer(targets, 2)
    expect(targets.map(target => target.lastAnswerMs)).toEqual([100, null, 300, 200])
  })
})

describe("lossRatio", () => {
  it("is the part of all recent probes that was lost", () => {
    expect(lossRatio([history([15, null, 15, null]), history([15, 15, 15, null])])).toBe(3 / 8)
  })

  it("is 0 before anything was asked", () => {
    expect(lossRatio([newTarget("a")])).toBe(0)
  })

  it("is between 0 and 1, whatever happened", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(2000))), rtts => {
        const ratio = lossRatio([history(rtts)])
        const newest = rtts.slice(-50)
        expect(ratio).toBeCloseTo(newest.filter(rttMs => rttMs === null).length / (newest.length || 1))
      }),
    )
  })
})

describe("rttSummary", () => {
  it("is the median, which one slow answer does not move", () => {
    expect(rttSummary(history([15, 16, 900, 14, 15])).rttMs).toBe(15)
  })

  it("takes the mean step between successive answers for jitter, across a loss", () => {
    expect(rttSummary(history([10, 20, null, 10, 40])).jitterMs).toBeCloseTo((10 + 10 + 30) / 3)
    expect(rttSummary(history([10])).jitterMs).toBe(0)
  })

  it("takes the steps in the order of sending, not of arrival", () => {
    const inOrder = history([10, 400, 10])
    const overtaken = seen(history([10, null, 10]), 1000, reply(400), 2500)
    expect(rttSummary(overtaken)).toEqual(rttSummary(inOrder))
  })

  it("knows nothing before the first answer", () => {
    expect(rttSummary(history([null]))).toEqual({ rttMs: null, jitterMs: null })
  })
})

describe("answerTimeoutMs", () => {
  const known = history([200])

  it("is the target's own as soon as it has answered", () => {
    expect(answerTimeoutMs(known, [known, history([900])])).toBe(600)
  })

  it("is that of the best sibling until then: the line is the same", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b"), history([50]), known])).toBe(150)
  })

  it("is a second while nothing is known of the line", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b"), history([null])])).toBe(1000)
  })
})
