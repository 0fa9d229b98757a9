import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createGuard } from "../../src/share/guard.ts"

const MOST_BYTES = 10 * 1024

/** What the guard says of these bytes, which come in pieces; null: nothing. */
function verdict(bytes: Buffer, cuts: readonly number[] = []): string | null {
  const said: string[] = []
  const guard = createGuard(MOST_BYTES, ({ message }) => said.push(message))
  const ends = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  ends.reduce((from, end) => {
    guard(bytes.subarray(from, end))
    return end
  }, 0)
  expect(said.length).toBeLessThan(2)
  return said[0] ?? null
}

const text = (value: string) => `$${Buffer.byteLength(value)}\r\n${value}\r\n`

const reply = fc.letrec<{ any: string }>(tie => ({
  any: fc.oneof(
    { maxDepth: 6, depthSize: "small" },
    fc.string({ unit: "binary" }).map(text),
    fc.constantFrom("$-1\r\n", "*-1\r\n", "*0\r\n", "$0\r\n\r\n", "+OK\r\n", ":42\r\n", "-ERR no\r\n"),
    // What looks like a length, inside of a text.
    fc.constantFrom("*30000000\r\n", "$2000000000\r\n").map(text),
    fc.array(tie("any"), { maxLength: 5 }).map(parts => `*${parts.length}\r\n${parts.join("")}`),
  ),
})).any
const replies = fc.array(
  reply.filter(each => each.length < 2_000),
  { maxLength: 50 },
)
const cuts = fc.array(fc.nat())

describe("replies", () => {
  test("that are good pass, however many there are and wherever they are cut", () => {
    fc.assert(
      fc.property(replies, cuts, (good, where) => {
        expect(verdict(Buffer.from(good.join("").repeat(20)), where)).toBeNull()
      }),
    )
  })

  test.each([
    ["a text that says how long it will be", "$2000000000\r\nx"],
    ["a text that is longer by a byte", text("x".repeat(MOST_BYTES))],
    ["a line without an end", `+${"x".repeat(MOST_BYTES + 1)}`],
    ["a list of many short texts", `*2000\r\n${text("12345").repeat(2000)}`],
  ])("that are too long end the connection, once and wherever they are cut: %s", (_what, bad) => {
    fc.assert(
      fc.property(replies, cuts, (good, where) => {
        expect(verdict(Buffer.from(good.join("") + bad), where)).toBe("Redis sends more than 10 KiB at once")
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    ["says that it is enormous", "*30000000\r\n"],
    ["is in lists without end", "*1\r\n".repeat(100)],
  ])("never get to the parser when a list %s", (_what, bad) => {
    fc.assert(
      fc.property(replies, cuts, (good, where) => {
        expect(() => verdict(Buffer.from(good.join("") + bad), where)).toThrow("a list of")
      }),
      { numRuns: 20 },
    )
  })
})
