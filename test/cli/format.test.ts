import { PassThrough } from "node:stream"
import fc from "fast-check"
import { expect, test } from "vitest"
import { duration, millis, percent } from "../../src/core/figures.ts"
import { ago, columns, openScreen, wrap } from "../../src/cli/format.ts"

const SECOND = 1000
const HOUR = 3_600 * SECOND

test("durations show their two largest units, cut", () => {
  const shown = [
    0,
    999,
    45 * SECOND,
    200 * SECOND,
    2 * HOUR,
    2 * HOUR + 599 * SECOND,
    76 * HOUR,
    24 * HOUR + 59 * SECOND,
  ]
  expect(shown.map(duration)).toEqual(["0s", "0s", "45s", "3m20s", "2h", "2h9m", "3d4h", "1d"])
  expect(duration(-5)).toBe("0s")
})

test("a duration is never more than the truth, and less by no more than its second unit", () => {
  const lengths = { d: 86_400, h: 3_600, m: 60, s: 1 }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * 86_400 }), seconds => {
      const parts = [...duration(seconds * SECOND).matchAll(/(\d+)([dhms])/g)]
      const shown = parts.reduce(
        (sum, [, count, unit]) => sum + Number(count) * lengths[unit as keyof typeof lengths],
        0,
      )
      expect(shown).toBeLessThanOrEqual(seconds)
      expect(seconds - shown).toBeLessThan(seconds < 3_600 ? 1 : seconds < 86_400 ? 60 : 3_600)
    }),
  )
})

test("a time that lies ahead, as after a clock was set back, is now", () => {
  expect(ago("2026-01-31T12:00:01.000Z", Date.parse("2026-01-31T12:00:00.000Z"))).toBe("0s")
})

test("small ratios keep a tenth, and none rounds up to a lie", () => {
  expect([0, 0.004, 0.0994, 0.0996, 0.1, 0.7, 1].map(percent)).toEqual([
    "0 %",
    "0.4 %",
    "9.9 %",
    "10 %",
    "10 %",
    "70 %",
    "100 %",
  ])
  expect(percent(null)).toBe("–")
})

test("milliseconds become seconds at a thousand", () => {
  expect([null, 0.25, 99.94, 100.4, 999, 1500].map(millis)).toEqual([
    "–",
    "0.3 ms",
    "99.9 ms",
    "100 ms",
    "999 ms",
    "1.5 s",
  ])
})

test("columns are aligned, numbers to the right, and no line ends in blanks", () => {
  expect(
    columns(
      [
        ["a", "1", ""],
        ["long", "100", "x"],
      ],
      "> ",
      ["left", "right"],
    ),
  ).toBe("> a       1\n> long  100  x")
})

test("wrapped words are all there, in order, and fit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 12, max: 40 }),
      (words, width) => {
        const lines = wrap(words.join(" "), width)
        expect(lines.join(" ")).toBe(words.join(" "))
        expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(width)
      },
    ),
  )
})

test("what is not a terminal gets neither colours nor broken lines", () => {
  const screen = openScreen(new PassThrough() as unknown as typeof process.stdout)
  expect(screen.colors.red("down")).toBe("down")
  expect(screen.width).toBe(Infinity)
})
