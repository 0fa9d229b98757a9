import fc from "fast-check"
import { expect, test } from "vitest"
import { clip, widthOf } from "../../../src/cli/watch/clip.ts"
import { transition, type Frame } from "../../../src/cli/watch/frame.ts"
import { emulate, emptyScreen } from "./terminal.ts"

const frame = (...lines: readonly string[]): Frame => ({ lines, columns: 10, rows: 5 })

test("the first frame is written on a cleared screen", () => {
  expect(transition(null, frame("ab", "cd"))).toBe("\u001b[2J\u001b[1;1Hab\u001b[K\u001b[2;1Hcd\u001b[K")
})

test("only lines that differ are written", () => {
  expect(transition(frame("ab", "cd", "ef"), frame("ab", "CD", "ef"))).toBe("\u001b[2;1HCD\u001b[K")
  expect(transition(frame("ab"), frame("ab"))).toBe("")
})

test("a line that is gone is erased", () => {
  expect(transition(frame("ab", "cd"), frame("ab"))).toBe("\u001b[2;1H\u001b[K")
})

test("a line as wide as the terminal keeps its last character", () => {
  expect(transition(frame("ab"), frame("0123456789"))).toBe("\u001b[1;1H0123456789")
})

test("another size begins anew", () => {
  expect(transition({ ...frame("ab"), columns: 20 }, frame("ab"))).toContain("\u001b[2J")
})

const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "█"), maxLength: 10 })
const someFrame = fc.record({
  lines: fc.array(line, { maxLength: 5 }),
  columns: fc.constantFrom(10, 10, 10, 12),
  rows: fc.constant(5),
})

test("whatever frames follow each other, the terminal shows the last one", () => {
  fc.assert(
    fc.property(fc.array(someFrame, { minLength: 1, maxLength: 6 }), frames => {
      let shown: Frame | null = null
      let screen = emptyScreen(12, 5)
      for (const next of frames) {
        screen = emulate(screen, transition(shown, next))
        shown = next
      }
      const wanted = Array.from({ length: 5 }, (_, row) => (frames.at(-1)?.lines[row] ?? "").trimEnd())
      expect(screen.map(cells => cells.join("").trimEnd())).toEqual(wanted)
    }),
  )
})

test("a line is cut by what is seen of it, and its colours end with it", () => {
  expect(clip("\u001b[31mred\u001b[39m and more", 5)).toBe("\u001b[31mred\u001b[39m a\u001b[0m")
  expect(clip("plain", 3)).toBe("pla")
  expect(clip("plain", 5)).toBe("plain")
  expect(clip("plain", Infinity)).toBe("plain")
})

test("no cut line is wider than it may be, and one that fits is left alone", () => {
  const coloured = fc
    .array(fc.constantFrom("a", "█", "\u001b[31m", "\u001b[39m"), { maxLength: 30 })
    .map(p => p.join(""))
  fc.assert(
    fc.property(coloured, fc.integer({ min: 0, max: 30 }), (text, width) => {
      const cut = clip(text, width)
      expect(widthOf(cut)).toBe(Math.min(width, widthOf(text)))
      if (widthOf(text) <= width) expect(cut).toBe(text)
    }),
  )
})
