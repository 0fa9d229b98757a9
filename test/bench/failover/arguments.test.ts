import { expect, test } from "vitest"
import { parseArguments } from "./arguments.ts"

test("by default there are 20 rounds of every detector, and nothing is written", () => {
  expect(parseArguments([])).toEqual({ rounds: 20, only: null, seconds: 300, write: false })
})

test("rounds, detector, seconds and writing can be chosen", () => {
  const args = ["3", "--only", "evenkeel", "--seconds", "0", "--write"]
  expect(parseArguments(args)).toEqual({ rounds: 3, only: "evenkeel", seconds: 0, write: true })
})

test.each([["0"], ["two"], ["1.5"], ["--seconds", "-"], ["--seconds=-1"], ["3", "4"]])("refuses %s %s", (...args) => {
  expect(() => parseArguments(args)).toThrow(/usage|argument/)
})
