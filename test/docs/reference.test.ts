import { Ajv } from "ajv"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { z } from "zod"
import { generatedFiles } from "../../.config/docs/files.ts"
import { editorSchema, jsonSchema } from "../../.config/docs/json-schema.ts"
import { keysOf, tablesIn } from "../../.config/docs/tables.ts"
import { document } from "../../src/config/schema.ts"
import { SAMPLES, textOf } from "./texts.ts"

test("docs/configuration.md and the editors' schema are what `npm run docs` makes of the schema", async () => {
  for (const [path, text] of await generatedFiles()) expect(textOf(path), `${path}: npm run docs`).toBe(text)
})

test("every key says what it means", () => {
  const keys = tablesIn(jsonSchema()).flatMap(({ path, node }) =>
    keysOf(node).map(([key, { description }]) => ({ key: `${path}.${key}`, description })),
  )
  expect(keys.length).toBeGreaterThan(70)
  const silent = keys.filter(({ description }) => description === undefined).map(({ key }) => key)
  expect(silent, "say beside the key in src/config what it means: .describe()").toEqual([])
})

test("every example is one that its key allows", () => {
  const found = examplesIn(document)
  expect(found.length).toBeGreaterThan(30)
  for (const { schema, example } of found)
    expect(schema.safeParse(example), JSON.stringify(example)).toMatchObject({ success: true })
})

describe("the editors' schema", () => {
  const isValid = new Ajv({ allowUnionTypes: true }).compile(editorSchema() as object)
  const good = parse(textOf("test/config/examples/minimal.yaml")) as Record<string, unknown>

  test.each(SAMPLES)("accepts %s", path => {
    isValid(parse(textOf(path)))
    expect(isValid.errors).toBeNull()
  })

  test.each([
    ["an unknown key", { rooter: "a" }],
    ["a number for a duration", { health: { interval: 5 } }],
    ["a word that is none of those", { allDown: "panic" }],
    ["a missing interface", { links: [{ name: "isp1", mark: 1 }] }],
    ["a part that is no percentage", { health: { degraded: { loss: 0.2 } } }],
  ])("refuses %s", (_, changes) => {
    expect(isValid(good)).toBe(true)
    expect(isValid({ ...good, ...changes })).toBe(false)
  })
})

interface Example {
  readonly schema: z.ZodType
  readonly example: unknown
}

/** Of the values that a value is made of. */
function examplesIn(schema: z.ZodType, seen = new Set<z.ZodType>()): readonly Example[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const example = schema.meta()?.["example"]
  return [
    ...(example === undefined ? [] : [{ schema, example }]),
    ...partsOf(schema).flatMap(part => examplesIn(part, seen)),
  ]
}

function partsOf(schema: z.ZodType): readonly z.ZodType[] {
  const {
    shape = {},
    innerType,
    in: from,
    out,
    element,
    options = [],
    valueType,
  } = schema.def as Readonly<{
    shape?: Record<string, z.ZodType>
    options?: z.ZodType[]
    innerType?: z.ZodType
    in?: z.ZodType
    out?: z.ZodType
    element?: z.ZodType
    valueType?: z.ZodType
  }>
  return [...Object.values(shape), innerType, from, out, element, ...options, valueType].filter(
    part => part !== undefined,
  )
}
