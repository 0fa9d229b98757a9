import { describe, expect, test } from "vitest"
import { describe as named, either, expected, formatPath, formatProblems, quote } from "../../src/config/problems.ts"

test("problems are shown under their file, aligned", () => {
  const problems = [
    { path: "links[1].mark", message: "found 0" },
    { path: "lan", message: "missing" },
  ]
  expect(formatProblems("/etc/evenkeel/evenkeel.yaml", problems)).toBe(
    ["/etc/evenkeel/evenkeel.yaml: 2 problems", "  links[1].mark: found 0", "  lan:           missing"].join("\n"),
  )
})

test("one very long path does not push all messages aside", () => {
  const problems = [
    { path: "x".repeat(50), message: "unknown key" },
    { path: "lan", message: "missing" },
  ]
  expect(formatProblems("f", problems).split("\n").at(-1)).toBe(`  ${"lan:".padEnd(32)} missing`)
})

test("a file name cannot steer the terminal", () => {
  expect(formatProblems("a\u001b[2J", [{ path: "file", message: "m" }])).toBe("a\\u{1b}[2J: 1 problem\n  file: m")
})

test("a path reads like the access to its value, with a strange key in quotes", () => {
  expect(formatPath(["links", 1, "nat", "snat"])).toBe("links[1].nat.snat")
  expect(formatPath(["router-traffic"])).toBe("router-traffic")
  expect(formatPath(["links", 0, "two words"])).toBe('links[0]["two words"]')
  expect(formatPath([])).toBe("file")
})

describe("what was found", () => {
  test.each([
    [null, "an empty value"],
    ["eth0", 'the text "eth0"'],
    [[], "an empty list"],
    [[1, 2], "a list of 2"],
    [{}, "a mapping"],
    [1.5, "1.5"],
    [Number.NaN, "NaN"],
    [true, "true"],
  ])("%j is named %s", (found, name) => {
    expect(named(found)).toBe(name)
  })

  test("a missing value is said to be missing", () => {
    expect(expected("a mark")({ input: undefined })).toBe("missing; expected a mark")
    expect(expected("a mark")({ input: 0 })).toBe("found 0, expected a mark")
  })

  test("a long text is cut, and what does not print is escaped", () => {
    expect(quote("x".repeat(100))).toBe(`"${"x".repeat(60)}…"`)
    expect(quote("a\nb\u001b\u202e\u2028")).toBe('"a\\nb\\u001b\\u{202e}\\u{2028}"')
  })
})

test("alternatives are listed with a final or", () => {
  expect([either([], "x"), either(["auto"], "x"), either(["auto", "none"], "x")]).toEqual([
    ...["x", "auto or x", "auto, none or x"],
  ])
})
