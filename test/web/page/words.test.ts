import { expect, test } from "vitest"
import { millis, percent } from "../../../src/core/figures.ts"
import { ago, availability, duration, listed, spell } from "../../../src/web/page/words.ts"

const MIN = 60_000
const HOUR = 60 * MIN

test("durations are told in their two largest units", () => {
  expect([0, 999, 45_000, 90_000, 2 * HOUR, 2 * HOUR + 10 * MIN, 76 * HOUR].map(duration)).toEqual([
    "0 s",
    "0 s",
    "45 s",
    "1 min 30 s",
    "2 h",
    "2 h 10 min",
    "3 d 4 h",
  ])
})

test("times are told in their largest unit", () => {
  expect([-5000, 0, 999, 1000, 59_000, 3 * MIN, 26 * HOUR].map(ms => ago(0, ms))).toEqual([
    "just now",
    "just now",
    "just now",
    "1 s ago",
    "59 s ago",
    "3 min ago",
    "1 d ago",
  ])
})

test("figures bear their units, and a dash stands for what was not measured", () => {
  expect([null, 0, 0.004, 0.7, 1].map(percent)).toEqual(["–", "0 %", "0.4 %", "70 %", "100 %"])
  expect([null, 12.34, 123.4, 1500].map(millis)).toEqual(["–", "12.3 ms", "123 ms", "1.5 s"])
  expect([1065, 200_000].map(spell)).toEqual(["1.1 s", "3 min 20 s"])
})

test("only what never failed was there for 100 % of the time", () => {
  expect([1, 0.999_999, 0.5].map(availability)).toEqual(["100 %", "99.99 %", "50.00 %"])
})

test("names are listed as people do", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"])
})
