import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readYaml } from "../../src/config/yaml.ts"

function read(text: string): unknown {
  const result = readYaml(text)
  return result.ok ? result.mapping : result.problems
}

describe("scalars are those of YAML 1.2", () => {
  test.each([
    ["mark: 0x10", { mark: 16 }],
    ["tcp: 8.8.8.8:53", { tcp: "8.8.8.8:53" }],
    ["metered: yes", { metered: "yes" }],
    ["metered: true", { metered: true }],
    ["at: 1:30", { at: "1:30" }],
    ["mark: 010", { mark: 10 }],
    ["1: one", { "1": "one" }],
    ["%YAML 1.1\n---\na: on", { a: "on" }],
  ])("%j", (text, mapping) => {
    expect(read(text)).toEqual(mapping)
  })
})

test("every JSON object is read as JSON would read it", () => {
  const object = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 5 }))
  fc.assert(
    fc.property(object, value => {
      expect(read(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test("every syntax error is told with its line", () => {
  const text = "a: 1\na: 2\nb: !x 3\nb: 4"
  const found = readYaml(text)
  expect(found.ok ? [] : found.problems.map(({ path }) => path)).toEqual([
    "line 2, column 1",
    "line 4, column 1",
    "line 3, column 4",
  ])
})

test("a key that is no scalar is refused, without a warning of the process", () => {
  const warned: unknown[] = []
  const listen = (warning: Error) => warned.push(warning)
  process.on("warning", listen)
  expect(readYaml("? [1, 2]\n: 3").ok).toBe(false)
  process.off("warning", listen)
  expect(warned).toEqual([])
})

test("an alias to its own parent is read without end of patience", () => {
  expect(readYaml("a: &a [*a]").ok).toBe(true)
})

describe("nesting that would exhaust the stack is refused before it can end the process", () => {
  test.each([
    ["brackets", "[".repeat(100_000)],
    ["closed brackets", "a: " + "[".repeat(50_000) + "]".repeat(50_000)],
    ["braces", "{a: ".repeat(50_000)],
    ["dashes", "- ".repeat(100_000)],
    ["question marks", "? ".repeat(100_000)],
    ["indentation", Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual([{ path: "file", message: expect.stringContaining("nest deeper than 32") as string }])
  })
})
