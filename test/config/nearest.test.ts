import fc from "fast-check"
import { expect, test } from "vitest"
import { nearest } from "../../src/config/nearest.ts"

const known = ["name", "interface", "mark", "markMask", "gateway", "downAfter"]

test.each([
  ["interfase", "interface"],
  ["gatway", "gateway"],
  ["down_after", "downAfter"],
  ["DOWNAFTER", "downAfter"],
  ["marks", "mark"],
  ["mark-mask", "markMask"],
])("%s is taken for %s", (word, meant) => {
  expect(nearest(word, known)).toBe(meant)
})

test.each(["policies", "x", "", "web", "mark".repeat(1000)])("%j is like nothing that is known", word => {
  expect(nearest(word, known)).toBeUndefined()
})

test("a known word is nearest to itself, also with one letter doubled", () => {
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.nat(), (word, at) => {
      const index = at % word.length
      expect(nearest(word, known)).toBe(word)
      expect(nearest(word.slice(0, index) + word.slice(index, index + 1) + word.slice(index), [word])).toBe(word)
    }),
  )
})
