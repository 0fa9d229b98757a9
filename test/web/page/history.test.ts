import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { fromRecorded, NO_HISTORY, withSample } from "../../../src/web/page/history.ts"
import type { Recorded, Sample } from "../../../src/web/page/shapes.ts"

const STEP_MS = 5_000
const T0 = 1_700_000_000_000

const one = { link: "isp1", family: "ipv4", probe: "icmp 1.1.1.1" } as const
const two = { ...one, probe: "icmp 9.9.9.9" } as const

function recorded(changes: Partial<Recorded> = {}): Recorded {
  return {
    stepMs: STEP_MS,
    series: [{ ...one, firstMs: T0, rttMs: [1, 2, 3], loss: [0, 0, 0] }],
    shares: { firstMs: T0, stepMs: STEP_MS, byLink: { isp1: [1, 1, 1] } },
    ...changes,
  }
}

function sampleAt(atMs: number, rttMs: number): Sample {
  return { atMs, series: [{ ...one, rttMs, loss: 0 }], shares: { isp1: 0.5 } }
}

describe("the last hour", () => {
  test("lays series that began at different times on one grid", () => {
    const late = { ...two, firstMs: T0 + 2 * STEP_MS, rttMs: [9], loss: [0.5] }
    const history = fromRecorded(recorded({ series: [...recorded().series, late] }))
    expect(history.times).toEqual([T0, T0 + STEP_MS, T0 + 2 * STEP_MS])
    expect(history.series.map(({ rttMs }) => rttMs)).toEqual([
      [1, 2, 3],
      [null, null, 9],
    ])
  })

  test("takes no notice of a series that is empty, whenever it claims to have begun", () => {
    const empty = { ...two, firstMs: 0, rttMs: [], loss: [] }
    const history = fromRecorded(recorded({ series: [...recorded().series, empty] }))
    expect(history.times).toHaveLength(3)
    expect(history.series).toHaveLength(1)
  })

  test("is empty before anything was measured", () => {
    const shares = { firstMs: 0, stepMs: STEP_MS, byLink: {} }
    expect(fromRecorded(recorded({ series: [], shares })).times).toEqual([])
  })

  test("grows by a sample, and a step that was missed is a gap", () => {
    const history = withSample(fromRecorded(recorded()), sampleAt(T0 + 4 * STEP_MS, 7))
    expect(history.series[0]?.rttMs).toEqual([1, 2, 3, null, 7])
    expect(history.shares).toEqual({ isp1: [1, 1, 1, null, 0.5] })
  })

  test("takes a sample of a step that it knows for nothing new", () => {
    const history = fromRecorded(recorded())
    expect(withSample(history, sampleAt(T0 + 2 * STEP_MS, 7))).toBe(history)
  })

  test("begins anew after more than an hour of nothing", () => {
    const history = withSample(fromRecorded(recorded()), sampleAt(T0 + 7_200_000, 7))
    expect(history.series[0]?.rttMs).toEqual([7])
  })

  test("never holds more than an hour, and all of its series are as long as its times", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }), gaps => {
        let [history, atMs] = [NO_HISTORY, T0]
        for (const gap of gaps) {
          atMs += gap * STEP_MS
          history = withSample(history, sampleAt(atMs, gap))
          const lengths = [
            ...history.series.flatMap(({ rttMs, loss }) => [rttMs, loss]),
            ...Object.values(history.shares),
          ]
          expect(new Set(lengths.map(({ length }) => length))).toEqual(new Set([history.times.length]))
          expect(history.times.length).toBeLessThanOrEqual(720)
          expect(history.times.at(-1)).toBe(atMs)
          expect(history.series[0]?.rttMs.at(-1)).toBe(gap)
        }
      }),
      { numRuns: 30 },
    )
  })
})
