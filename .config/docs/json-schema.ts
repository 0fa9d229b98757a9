import { z } from "zod"
import { document } from "../../src/config/schema.ts"

/** A node of the JSON schema, with what values.ts adds to it. */
export type Node = z.core.JSONSchema.BaseSchema & {
  /** In Markdown: what holds without the key, where that is no plain value. */
  readonly byDefault?: string
  readonly example?: unknown
}

/** The configuration as a JSON schema: of draft 7, which editors' YAML plugins know best. */
export function jsonSchema(): Node {
  return z.toJSONSchema(document, { target: "draft-7", io: "input", unrepresentable: "any", override: orOne })
}

/** `oneOrMore` of values.ts makes a list of what is none; nothing else looks at a value before its kind. */
function orOne({ zodSchema, jsonSchema }: Readonly<{ zodSchema: z.core.$ZodTypes; jsonSchema: Node }>): void {
  const { def } = zodSchema._zod
  if (def.type !== "pipe" || def.in._zod.def.type !== "transform") return
  const { items, minItems, maxItems } = jsonSchema
  jsonSchema.anyOf = [items as Node, { type: "array", items: items as Node, minItems, maxItems } as Node]
  for (const key of ["type", "items", "minItems", "maxItems"]) Reflect.deleteProperty(jsonSchema, key)
}

/** The same in JSON schema's own words alone, for `# yaml-language-server: $schema=…`. */
export function editorSchema(): unknown {
  return plain({ ...jsonSchema(), title: "evenkeel.yaml" })
}

function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== "object" || node === null) return node
  return Object.fromEntries(Object.entries(node).flatMap(([key, value]) => plainEntry(key, value)))
}

/** A key of the configuration that is called `example` holds a schema, and stays. */
function plainEntry(key: string, value: unknown): (readonly [string, unknown])[] {
  if (key === "byDefault") return []
  if (key === "example") return [["examples", [value]]]
  return [[key, key === "default" ? value : plain(value)]]
}
