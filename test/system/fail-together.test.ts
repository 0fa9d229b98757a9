import { expect, test } from "vitest"
import { failTogether } from "../../src/system/fail-together.ts"

test("one error is thrown as it is, several as one that says all, and none not at all", () => {
  const [first, second] = [new Error("one"), new Error("two")]
  expect(() => {
    failTogether([])
  }).not.toThrow()
  expect(() => {
    failTogether([first])
  }).toThrow(first)
  expect(() => {
    failTogether([first, second])
  }).toThrow("one\ntwo")
})
