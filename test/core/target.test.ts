import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Outcome } from "../../src/core/outcome.ts"
import {
  answerTimeoutMs,
  isDead,
  lossRatioOf,
  newTarget,
  observe,
  quorumAnswer,
  type TargetHealth,
} from "../../src/core/target.ts"
import { SETTINGS } from "./fixtures.ts"

const LOST: Outcome = { kind: "lost", reason: "timeout" }
const RESENT: Outcome = { kind: "reply", rttMs: 20, resent: true }
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
    expect(answered).toMatchObject({ lastAnswerMs: 4050, missesInRow: 0, roundTrips: known.roundTrips })
    expect(answered).toMatchObject({ judged: 4, lost: 0, lossRatio: 0 })
  })

  it("lets a late answer take back the miss of the same probe, and learn its RTT", () => {
    const missed = seen(history([15, 15, 15]), 3000, LOST, 3100)
    expect(missed).toMatchObject({ judged: 4, lost: 1, lossRatio: 0.25, missedMs: [3000] })
    const late = seen(missed, 3000, reply(400), 3400)
    expect(late).toMatchObject({ missesInRow: 0, lastAnswerMs: 3400, judged: 4, lost: 0, lossRatio: 0, missedMs: [] })
    expect(late.roundTrips?.newestMs).toBe(400)
    expect(late.roundTrips?.srttMs).toBeCloseTo(15 + (50 - 15) / 8) // it ran against the timeout of 50 ms
  })

  it("keeps a probe lost whose request had to be sent again, takes its answer for life, and learns its RTT", () => {
    const missed = seen(history([15, 15, 15]), 3000, LOST, 3050)
    const late = seen(missed, 3000, RESENT, 4020)
    expect(late).toMatchObject({ missesInRow: 0, lastAnswerMs: 4020, missedMs: [] })
    expect(late).toMatchObject({ judged: 4, lost: 1, lossRatio: 0.25 })
    expect(late.roundTrips?.newestMs).toBe(20)
  })

  it("counts such a probe as lost now where it was not yet", () => {
    const patient = seen(history([15, 15, 15]), 3000, RESENT, 4020)
    expect(patient).toMatchObject({ missesInRow: 0, lastAnswerMs: 4020, judged: 4, lost: 1, lossRatio: 0.25 })
  })

  it("leaves the misses of other probes alone when a late answer comes", () => {
    const missed = seen(seen(newTarget("a"), 0, LOST, 100), 40, LOST, 140)
    expect(seen(missed, 0, reply(400), 400)).toMatchObject({ judged: 2, lost: 1, lossRatio: 0.5, missedMs: [40] })
  })

  it("waits for no answer to what was sent too long ago, so that an outage of hours leaves no heap", () => {
    const { missedMs, missesInRow } = history(Array.from({ length: 5000 }, () => null))
    expect(missesInRow).toBe(5000)
    expect(missedMs).toEqual([4995, 4996, 4997, 4998, 4999].map(second => second * 1000))
  })

  it("holds nothing against a target while the prober cannot ask, and says why", () => {
    const before = history([15, null])
    const broken = seen(before, 2000, { kind: "broken", error: "EPERM" })
    expect(broken).toEqual({ ...before, broken: "EPERM" })
    expect(seen(broken, 3000, LOST).broken).toBeNull()
    expect(seen(broken, 3000, reply(15)).broken).toBeNull()
  })

  it("counts loss over all probes at first, and over about the newest fifty later", () => {
    expect(history([null, 15, 15, 15]).lossRatio).toBe(0.25)
    const good = (count: number) => Array.from({ length: count }, () => 15)
    expect(history([...good(500).map(() => null), ...good(50)]).lossRatio).toBeCloseTo(Math.exp(-1), 1)
    expect(history([...good(500).map(() => null), ...good(500)]).lossRatio).toBeLessThan(0.001)
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

  it("does not ask for a target that cannot be asked", () => {
    const broken = (target: TargetHealth): TargetHealth => ({ ...target, broken: "EPERM" })
    const [a, b, c] = [answeredAt(100), answeredAt(300), answeredAt(200)]
    expect(quorumAnswer([broken(a), b, c], 3)).toBe(200)
    expect(quorumAnswer([broken(a), b, broken(c)], 2)).toBe(300)
    expect(quorumAnswer([broken(a), broken(b), broken(c)], 2)).toBe(300)
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

describe("lossRatioOf", () => {
  it("is the part of all recent probes that was lost", () => {
    expect(lossRatioOf([history([15, null, 15, null]), history([15, 15, 15, null])])).toBeCloseTo(3 / 8)
  })

  it("counts a target for as much as it was asked", () => {
    expect(lossRatioOf([history([null]), history([15, 15, 15])])).toBe(1 / 4)
  })

  it("is 0 before anything was asked", () => {
    expect(lossRatioOf([newTarget("a")])).toBe(0)
  })

  it("is between 0 and 1, whatever happened, and exact for the first fifty", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(2000))), rtts => {
        const ratio = lossRatioOf([history(rtts)])
        expect(ratio).toBeGreaterThanOrEqual(0)
        expect(ratio).toBeLessThanOrEqual(1 + 1e-9)
        if (rtts.length <= 50) expect(ratio).toBeCloseTo(rtts.filter(ms => ms === null).length / (rtts.length || 1))
      }),
    )
  })
})

describe("answerTimeoutMs", () => {
  const known = history([200])
  const fixed = { timeoutMs: 300 }

  it("is the target's own as soon as it has answered", () => {
    expect(answerTimeoutMs(known, [known, history([900])], SETTINGS)).toBe(600)
  })

  it("is that of the best sibling until then: the line is the same", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b"), history([50]), known], SETTINGS)).toBe(150)
  })

  it("is a second while nothing is known of the line, RFC 6298 (2.1)", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b"), history([null])], SETTINGS)).toBe(1000)
  })

  it("is the fixed one, unless the line is known to take longer", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b")], fixed)).toBe(300)
    expect(answerTimeoutMs(history([50]), [history([50])], fixed)).toBe(300)
    expect(answerTimeoutMs(known, [known], fixed)).toBe(600)
  })
})
