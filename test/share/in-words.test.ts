import { expect, test } from "vitest"
import { inWords } from "../../src/share/in-words.ts"

test("an error is one line that a terminal can bear, not long and without secrets", () => {
  expect(inWords(new Error("ERR `AUTH` with `hunter2`\r\n\u001b[2Jhunter2"), ["hunter2"])).toBe(
    "ERR `AUTH` with `•••` [2J•••",
  )
  expect(inWords(new Error("x".repeat(5000)), [])).toHaveLength(300)
  expect(inWords("no error at all", [""])).toBe("no error at all")
})

test("an error that wraps others says what they say", () => {
  expect(inWords(new AggregateError([new Error("ECONNREFUSED ::1"), new Error("ECONNREFUSED 127.0.0.1")]), [])).toBe(
    "ECONNREFUSED ::1; ECONNREFUSED 127.0.0.1",
  )
})
