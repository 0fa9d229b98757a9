import { expect, test } from "vitest"
import { createClockGuard } from "../../src/alerts/clock-guard.ts"

test("a clock that is set is told of once, by how much; one that runs, or drifts, is not", () => {
  let wallMs = 0
  let monotonicMs = 500
  const setBy = createClockGuard(
    () => wallMs,
    () => monotonicMs,
  )
  const pass = (ms: number) => {
    wallMs += ms
    monotonicMs += ms
  }
  expect(setBy()).toBe(0)
  pass(3_600_000)
  expect(setBy()).toBe(0)
  wallMs += 1_500
  expect(setBy()).toBe(0)
  wallMs += 1_000
  expect(setBy()).toBe(2_500)
  pass(10)
  expect(setBy()).toBe(0)
  wallMs -= 86_400_000
  expect([setBy(), setBy()]).toEqual([-86_400_000, 0])
})
