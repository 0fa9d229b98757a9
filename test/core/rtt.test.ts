import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  INITIAL_TIMEOUT_MS,
  LATE_MS,
  MAX_TIMEOUT_MS,
  MIN_TIMEOUT_MS,
  timeoutFor,
  updateRtt,
  type RoundTrips,
} from "../../src/core/rtt.ts"
import { dice } from "./simulate.ts"

/** One answer each 1.5 s, as one of three targets gives at the default pace. */
const PACE_MS = 1500
const fold = (known: RoundTrips | null, rttMs: number, elapsedMs = PACE_MS) => updateRtt(known, rttMs, elapsedMs)
const measured = ([first = 0, ...rtts]: readonly number[]) =>
  rtts.reduce<RoundTrips>((known, rttMs) => fold(known, rttMs), fold(null, first))
const many = (count: number, rttMs: number) => Array.from({ length: count }, () => rttMs)
const STEADY: RoundTrips = { srttMs: 100, rttvarMs: 0, newestMs: 100, baselineMs: 100, jitterMs: 0 }
const rtt = fc.double({ min: 0, max: 10_000, noNaN: true })

describe("updateRtt", () => {
  it("starts with the first measurement and half of it as its variation, RFC 6298 (2.2)", () => {
    expect(fold(null, 100)).toMatchObject({ srttMs: 100, rttvarMs: 50 })
  })

  it("moves an eighth of the way, and a quarter for the variation, which is held against the old estimate, RFC 6298 (2.3)", () => {
    // RTTVAR = 3/4 * 50 + 1/4 * |100 - 180|, SRTT = 7/8 * 100 + 1/8 * 180
    expect(fold({ ...STEADY, srttMs: 100, rttvarMs: 50 }, 180)).toMatchObject({ srttMs: 110, rttvarMs: 57.5 })
  })

  it("lets the variation fall only half as fast", () => {
    expect(fold({ ...STEADY, rttvarMs: 50 }, 100).rttvarMs).toBe((50 * 7) / 8)
  })

  it("settles on a steady line", () => {
    const estimate = measured(Array.from({ length: 120 }, () => 250))
    expect(estimate.srttMs).toBe(250)
    expect(estimate.rttvarMs).toBeLessThan(0.001)
  })

  it("keeps the newest as it was, however much longer than the timeout it took", () => {
    expect(fold(STEADY, 900).newestMs).toBe(900)
  })

  it("smooths the difference between successive answers by sixteenths, RFC 3550 (6.4.1)", () => {
    expect(fold(STEADY, 132).jitterMs).toBe(2)
    expect(fold({ ...STEADY, jitterMs: 2 }, 100).jitterMs).toBe(2 - 2 / 16)
    expect(measured([100]).jitterMs).toBe(0)
  })

  it("takes the least for the line's own, and forgets it over hours, however often it asks", () => {
    const hourMs = 3_600_000
    const grown = (answers: number, elapsedMs: number) =>
      many(answers, 20).reduce<RoundTrips>((known, rttMs) => fold(known, rttMs, elapsedMs), measured([15])).baselineMs
    expect(fold(STEADY, 80).baselineMs).toBe(80)
    expect(grown(3600, hourMs / 3600)).toBeCloseTo(20 - 5 * Math.exp(-1 / 12), 2)
    expect(grown(36_000, hourMs / 36_000)).toBeCloseTo(20 - 5 * Math.exp(-1 / 12), 2)
    expect(fold(STEADY, 150, 24 * hourMs).baselineMs).toBe(100.5)
  })

  it("takes what is slow for the line's own after a day, and not after an evening", () => {
    const answersAnHour = 3_600_000 / PACE_MS
    const afterHours = (hours: number) => measured([15, ...many(hours * answersAnHour, 400)]).baselineMs
    expect(2 * afterHours(6)).toBeLessThan(400)
    expect(2 * afterHours(12)).toBeGreaterThan(400)
  })

  it("is not blunted by a straggler: its timeout is back within two answers", () => {
    const line = Array.from({ length: 60 }, () => 15)
    const after = measured([...line, 900, 15, 15])
    expect(timeoutFor(measured([...line, 900]))).toBeLessThan(120)
    expect(timeoutFor(after)).toBeLessThan(100)
  })

  it("follows a queue that fills from 15 ms to 400 ms within six answers", () => {
    const line = Array.from({ length: 60 }, () => 15)
    expect(timeoutFor(measured([...line, ...Array.from({ length: 6 }, () => 400)]))).toBeGreaterThan(400)
  })

  it("leaves room for an even jitter: hardly an answer in ten thousand comes after the timeout", () => {
    const roll = dice(1)
    let known: RoundTrips | null = null
    let late = 0
    for (let i = 0; i < 50_000; i++) {
      const rttMs = 600 + 200 * roll()
      if (known !== null && rttMs > timeoutFor(known)) late++
      known = fold(known, rttMs)
    }
    expect(late).toBeLessThan(10)
  })

  it("never leaves the range of what was measured, of which nothing counts for more than the longest timeout", () => {
    fc.assert(
      fc.property(fc.array(rtt, { minLength: 1 }), rtts => {
        const { srttMs } = measured(rtts)
        const counted = rtts.map(ms => Math.min(ms, MAX_TIMEOUT_MS))
        expect(srttMs).toBeGreaterThanOrEqual(Math.min(...counted) - 1e-6)
        expect(srttMs).toBeLessThanOrEqual(Math.max(...counted) + 1e-6)
      }),
    )
  })
})

describe("timeoutFor", () => {
  it("is SRTT and four times its variation", () => {
    expect(timeoutFor(fold(null, 100))).toBe(300)
    expect(timeoutFor({ srttMs: 110, rttvarMs: 57.5 })).toBe(340)
  })

  it("never falls below what a busy router's own scheduling takes", () => {
    expect(timeoutFor({ srttMs: 2, rttvarMs: 0.5 })).toBe(MIN_TIMEOUT_MS)
  })

  it("never exceeds what anybody would wait for, and leaves time for a late answer", () => {
    expect(timeoutFor({ srttMs: 1900, rttvarMs: 400 })).toBe(MAX_TIMEOUT_MS)
    expect(LATE_MS).toBeGreaterThan(MAX_TIMEOUT_MS)
    expect(LATE_MS).toBeGreaterThan(INITIAL_TIMEOUT_MS)
  })

  it("is within its bounds and no less than SRTT, whatever was measured", () => {
    fc.assert(
      fc.property(fc.array(rtt, { minLength: 1 }), rtts => {
        const estimate = measured(rtts)
        const timeoutMs = timeoutFor(estimate)
        expect(timeoutMs).toBeGreaterThanOrEqual(MIN_TIMEOUT_MS)
        expect(timeoutMs).toBeLessThanOrEqual(MAX_TIMEOUT_MS)
        if (timeoutMs < MAX_TIMEOUT_MS) expect(timeoutMs).toBeGreaterThanOrEqual(estimate.srttMs)
      }),
    )
  })
})
