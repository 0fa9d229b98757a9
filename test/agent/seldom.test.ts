import { expect, test } from "vitest"
import { seldom } from "../../src/agent/seldom.ts"

function gate() {
  let nowMs = 0
  const passes = seldom({ most: 3, everyMs: 1000 }, () => nowMs)
  return { passes, wait: (ms: number) => (nowMs += ms) }
}

test("so many pass in a time, and as many again after it", () => {
  const { passes, wait } = gate()
  expect([1, 2, 3, 4].map(() => passes())).toEqual([true, true, true, false])
  wait(1000)
  expect(passes()).toBe(true)
})

test("the same thing passes once in it", () => {
  const { passes, wait } = gate()
  expect([passes("a"), passes("a"), passes("b")]).toEqual([true, false, true])
  wait(1000)
  expect(passes("a")).toBe(true)
})
