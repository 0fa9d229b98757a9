import fc from "fast-check"
import { expect, test } from "vitest"
import type { z } from "zod"
import { duration, flag, list, mapping, oneOf, wholeNumber } from "../../src/config/values.ts"

function messages(kind: z.ZodType, value: unknown): string[] {
  const read = kind.safeParse(value, { reportInput: true })
  return read.success ? [] : read.error.issues.map(({ message }) => message)
}

test("every unknown key of a mapping has its own line", () => {
  const kind = mapping({ interval: flag.optional(), quorum: flag.optional() })
  expect(messages(kind, { intervall: 1, x: 2 })).toEqual([
    "unknown key; did you mean interval?\nunknown key, expected one of interval, quorum",
  ])
})

test("a whole number is any integer of its range and nothing else", () => {
  const kind = wholeNumber(1, 255)
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.double()), value => {
      expect(kind.safeParse(value).success).toBe(Number.isInteger(value) && value >= 1 && value <= 255)
    }),
  )
  expect(messages(kind, "7")).toEqual(['found the text "7", expected a whole number from 1 to 255; remove the quotes'])
})

test("a duration is milliseconds within its range, or one of its words", () => {
  const kind = duration(10, 60_000, "auto")
  expect(["auto", "10ms", "60s", "1m"].map(text => kind.parse(text))).toEqual(["auto", 10, 60_000, 60_000])
  expect(["9ms", "61s", "never", ""].map(text => kind.safeParse(text).success)).toEqual([false, false, false, false])
  expect(messages(kind, 5)).toEqual([
    "found 5, expected auto or a duration from 10ms to 1m, such as 250ms, 1s, 5m or 2h; write the unit",
  ])
})

test("a list says how many of what it takes", () => {
  expect(messages(list(flag, 1, 2, "switches"), [])).toEqual([
    "found an empty list, expected a list of 1 to 2 switches",
  ])
  expect(messages(list(flag, 0, 2, "switches"), true)).toEqual(["found true, expected a list of at most 2 switches"])
})

test("a choice lists its words", () => {
  expect(messages(oneOf("move", "hold"), "Move")).toEqual(['found the text "Move", expected one of: move, hold'])
})
