import fc from "fast-check"
import { expect, test } from "vitest"
import { formatDuration, parseDuration } from "../../src/config/duration.ts"

test("every unit is read as its milliseconds", () => {
  expect(["250ms", "1s", "5m", "2h", "0s"].map(parseDuration)).toEqual([250, 1000, 300_000, 7_200_000, 0])
})

test("the text of a duration is read back as the same duration", () => {
  const unit = fc.constantFrom(1, 1000, 60_000, 3_600_000)
  fc.assert(
    fc.property(fc.nat({ max: 999_999 }), unit, (count, unitMs) => {
      expect(parseDuration(formatDuration(count * unitMs))).toBe(count * unitMs)
    }),
  )
})

test("a duration is shown in its largest exact unit", () => {
  expect([0, 250, 1500, 2000, 90_000, 120_000, 7_200_000].map(formatDuration)).toEqual([
    ...["0ms", "250ms", "1500ms", "2s", "90s", "2m", "2h"],
  ])
})

test.each([
  "",
  "5",
  "1.5s",
  "-1s",
  "+1s",
  "1 s",
  "1S",
  "1d",
  "1w",
  "1 week",
  "1s1ms",
  "s",
  "1s\n",
  "1e3ms",
  "9999999999ms",
])("%j is no duration", text => {
  expect(parseDuration(text)).toBeUndefined()
})
