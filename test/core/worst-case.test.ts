import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { worstDetection, worstDetectionMs } from "../../src/core/worst-case.ts"
import { config, link, SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

describe("the worst case of detection", () => {
  it("is little more than a second by default on a fast line", () => {
    // 500 to the next probe, 500 that a short outage might last, 4 pauses of 20, and 50 for the last answer.
    expect(worstDetection(config()).fastLineMs).toBe(500 + 500 + 80 + 50)
    // Where a short outage is over before the burst, it is the burst that counts: 9 pauses of 20.
    expect(worstDetectionMs({ ...SETTINGS, intervalMs: 900 }, 100)).toBe(900 + 100 + 180 + 100)
  })

  it("on the slowest line is that of the longest timeout, to which a shorter fixed one is raised", () => {
    const fixed = worstDetection(config({ health: { ...SETTINGS, timeoutMs: 300 } }))
    expect(fixed.fastLineMs).toBe(worstDetectionMs(SETTINGS, 300))
    expect(fixed.slowLineMs).toBe(worstDetection(config()).slowLineMs)
    const long = worstDetection(config({ health: { ...SETTINGS, timeoutMs: 4000 } }))
    expect(long.fastLineMs).toBe(long.slowLineMs)
  })

  it("has an interval more while one of several targets is dead", () => {
    expect(worstDetection(config()).deadTargetMs).toBe(SETTINGS.intervalMs)
    expect(
      worstDetection(config({ links: [link(1, { probes: [{ kind: "icmp", address: "1.1.1.1" }] })] })),
    ).toMatchObject({ deadTargetMs: 0 })
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
      fc.property(settings, fc.integer({ min: 40_000, max: 50_000 }), fc.boolean(), (held, fromMs, hasDead) => {
        const isDead = (probe: string) => hasDead && probe === "d"
        const { changes } = simulate({
          model: {
            ...steady(15),
            isLost: (sentMs, answerMs, probe) => isDead(probe) || hole(fromMs)(sentMs, answerMs),
          },
          probes: ["a", "b", "c", "d"],
          untilMs: 120_000,
          settings: held,
        })
        const [, down] = changes
        expect(down?.to).toBe("down")
        // The 1 ms is the timer's.
        const worstMs = worstDetectionMs({ ...SETTINGS, ...held }, 100) + (hasDead ? held.intervalMs : 0)
        expect(down?.atMs).toBeLessThanOrEqual(fromMs + worstMs + 1)
      }),
      { numRuns: 60 },
    )
  })
})
