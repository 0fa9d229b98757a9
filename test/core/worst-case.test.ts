import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { worstDetectionMs, worstDetectionRange } from "../../src/core/worst-case.ts"
import { SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

describe("the worst case of detection", () => {
  it("is little more than a second by default on a fast line", () => {
    // 500 to the next probe, 500 that a short outage might last, 4 pauses of 20, and 50 for the last answer.
    expect(worstDetectionRange(SETTINGS).fastLineMs).toBe(500 + 500 + 80 + 50)
    // Where a short outage is over before the burst, it is the burst that counts: 9 pauses of 20.
    expect(worstDetectionMs({ ...SETTINGS, intervalMs: 900 }, 100)).toBe(900 + 100 + 180 + 100)
  })

  it("does not depend on the line where the timeout is fixed", () => {
    const range = worstDetectionRange({ ...SETTINGS, timeoutMs: 300 })
    expect(range.fastLineMs).toBe(range.slowLineMs)
  })

  it("is little more than downAfter where that is long", () => {
    expect(worstDetectionMs({ ...SETTINGS, downAfterMs: 60_000, intervalMs: 100 }, 100)).toBe(60_500)
  })

  it("is kept by a link that falls silent at any moment, whatever the settings", () => {
    const settings = fc.record({
      intervalMs: fc.integer({ min: 50, max: 3000 }),
      downAfterMs: fc.integer({ min: 200, max: 20_000 }),
      quorum: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(settings, fc.integer({ min: 40_000, max: 50_000 }), (held, fromMs) => {
        const { changes } = simulate({
          model: { ...steady(15), isLost: hole(fromMs) },
          untilMs: 120_000,
          settings: held,
        })
        const [, down] = changes
        expect(down?.to).toBe("down")
        // The 1 ms is the timer's.
        expect(down?.atMs).toBeLessThanOrEqual(fromMs + worstDetectionMs({ ...SETTINGS, ...held }, 100) + 1)
      }),
      { numRuns: 60 },
    )
  })
})
