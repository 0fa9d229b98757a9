import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ENOUGH_NATS, gather, isProven, weightOf } from "../../src/core/cusum.ts"
import { dice } from "./simulate.ts"

const TEST = { normal: 0.05, bad: 0.2 }

/** Observations until there is enough evidence. */
function runLength(ratio: number, seed: number, most: number): number {
  const roll = dice(seed)
  let nats = 0
  for (let seen = 1; seen <= most; seen++) {
    nats = gather(nats, weightOf(TEST, roll() < ratio))
    if (nats >= ENOUGH_NATS) return seen
  }
  return most
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const runs = (ratio: number, most: number) => Array.from({ length: 200 }, (_, i) => runLength(ratio, i + 1, most))

describe("evidence of a rate", () => {
  it("is the logarithm of how much likelier the observation is at the bad rate", () => {
    expect(weightOf(TEST, true)).toBeCloseTo(Math.log(4))
    expect(weightOf(TEST, false)).toBeCloseTo(Math.log(0.8 / 0.95))
  })

  it("stays between none and enough", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), seen => {
        const nats = seen.reduce((sum, isBad) => gather(sum, weightOf(TEST, isBad)), 0)
        expect(nats).toBeGreaterThanOrEqual(0)
        expect(nats).toBeLessThanOrEqual(ENOUGH_NATS)
      }),
    )
  })

  it("is enough within the time that no test can beat by much: its nats over the divergence of the two rates", () => {
    const divergence = 0.2 * Math.log(0.2 / 0.05) + 0.8 * Math.log(0.8 / 0.95)
    expect(mean(runs(0.2, 10_000))).toBeLessThan((1.2 * ENOUGH_NATS) / divergence)
  })

  it("is enough by chance about once in e^10 observations at the normal rate, and never on a clean line", () => {
    expect(mean(runs(0.05, 20_000))).toBeGreaterThan(10_000)
    expect(Math.min(...runs(0.005, 50_000))).toBe(50_000)
  })

  it("stands from enough until all is used up", () => {
    expect(isProven(ENOUGH_NATS, false)).toBe(true)
    expect(isProven(ENOUGH_NATS - 0.1, false)).toBe(false)
    expect(isProven(0.1, true)).toBe(true)
    expect(isProven(0, true)).toBe(false)
  })
})
