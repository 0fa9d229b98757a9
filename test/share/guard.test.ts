import fc from "fast-check"
import { expect, test } from "vitest"
import { createGuard } from "../../src/share/guard.ts"

function look(bytes: Buffer, cuts: readonly number[] = []): void {
  const guard = createGuard()
  const ends = [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  ends.reduce((from, end) => {
    guard(bytes.subarray(from, end))
    return end
  }, 0)
}

const text = (value: string) => `$${Buffer.byteLength(value)}\r\n${value}\r\n`

const reply = fc.letrec<{ any: string }>(tie => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }).map(text),
    fc.constantFrom("$-1\r\n", "*-1\r\n", "*0\r\n", "$0\r\n\r\n", "+OK\r\n", ":42\r\n", "-ERR no\r\n"),
    // What looks like a length, inside of a text.
    fc.constantFrom("*30000000\r\n", "$2000000000\r\n").map(text),
    fc.array(tie("any"), { maxLength: 5 }).map(parts => `*${parts.length}\r\n${parts.join("")}`),
  ),
})).any

test("good replies pass, wherever they are cut", () => {
  fc.assert(
    fc.property(fc.array(reply), fc.array(fc.nat()), (replies, cuts) => {
      look(Buffer.from(replies.join("")), cuts)
    }),
  )
})

test.each([
  ["*30000000\r\n", "a list of 30000000"],
  ["$2000000000\r\nx", "a text of 2000000000 bytes"],
  [`+${"x".repeat(100_000)}`, "a line of it has no end"],
])("%s behind good replies is refused, wherever it is cut", (bad, why) => {
  fc.assert(
    fc.property(fc.array(reply), fc.array(fc.nat()), (replies, cuts) => {
      expect(() => {
        look(Buffer.from(replies.join("") + bad), cuts)
      }).toThrow(why)
    }),
    { numRuns: 20 },
  )
})
