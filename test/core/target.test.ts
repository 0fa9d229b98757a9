import { describe, expect, it } from "vitest"
import { newTarget } from "../../src/core/target.ts"
import { history, LOST, reply, RESENT, seen } from "./targets-seen.ts"

describe("observe", () => {
  it("counts misses in a row and lets an answer end them", () => {
    expect(history([15, null, null]).missesInRow).toBe(2)
    expect(history([15, null, null, 15]).missesInRow).toBe(0)
  })

  it("remembers how the newest probe was lost, until one is answered", () => {
    const portal = { kind: "lost", reason: "answer", detail: "HTTP 302" } as const
    const wrong = seen(history([15]), 3000, portal, 3020)
    expect(wrong).toMatchObject({ loss: portal, missesInRow: 1, lost: 1 })
    expect(seen(wrong, 3500, LOST, 3600).loss).toEqual(LOST)
    expect(seen(wrong, 3500, reply(15), 3515).loss).toBeNull()
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
