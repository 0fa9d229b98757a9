import { expect, it } from "vitest"
import { isSlow, NOT_SLOW, observeSlowness } from "../../src/core/slowness.ts"
import { newTarget, type TargetHealth } from "../../src/core/target.ts"
import { SETTINGS } from "./fixtures.ts"

const answering = (newestMs: number, baselineMs = 15): TargetHealth => ({
  ...newTarget("a"),
  roundTrips: { srttMs: newestMs, rttvarMs: 0, newestMs, baselineMs, jitterMs: 0 },
})

/** So many answers, all of which took `newestMs`, from the first of these targets. */
function after(count: number, targets: readonly TargetHealth[]) {
  const [first = newTarget("a")] = targets
  return Array.from({ length: count }).reduce<typeof NOT_SLOW>(
    slowness => observeSlowness(slowness, first, targets, SETTINGS),
    NOT_SLOW,
  )
}

it("an answer is slow beyond the setting, and beyond twice the line's own RTT", () => {
  expect([300, 301].map(ms => isSlow(answering(ms), SETTINGS))).toEqual([false, true])
  expect([1200, 1201].map(ms => isSlow(answering(ms, 600), SETTINGS))).toEqual([false, true])
  expect(isSlow(newTarget("a"), SETTINGS)).toBe(false)
})

it("is proven when two targets show it, and not by one of several", () => {
  expect(after(5, [answering(400), answering(400)]).isProven).toBe(true)
  expect(after(50, [answering(400), answering(15)]).isProven).toBe(false)
  expect(after(5, [answering(400)]).isProven).toBe(true)
})

it("is nothing where one target is slow for good and another for a moment", () => {
  const moment: TargetHealth = {
    ...newTarget("b"),
    roundTrips: { srttMs: 60, rttvarMs: 50, newestMs: 350, baselineMs: 15, jitterMs: 0 },
  }
  expect(after(50, [answering(400), moment])).toBe(NOT_SLOW)
})

it("is nothing while answers are quick", () => {
  expect(after(50, [answering(15)])).toBe(NOT_SLOW)
})
