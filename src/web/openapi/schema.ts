/** JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>

export const text = { type: "string" } as const
export const number = { type: "number" } as const
export const integer = { type: "integer" } as const
export const flag = { type: "boolean" } as const
export const time = { type: "string", format: "date-time" } as const
export const ratio = { type: "number", minimum: 0, maximum: 1 } as const

export function orNull({ type, ...schema }: Schema & { readonly type: string }): Schema {
  return { ...schema, type: [type, "null"] }
}

export function listOf(items: Schema): Schema {
  return { type: "array", items }
}

export function mapOf(values: Schema): Schema {
  return { type: "object", additionalProperties: values }
}

/** With all of these keys; later versions may add some. */
export function object(properties: Readonly<Record<string, Schema>>): Schema & { readonly type: "object" } {
  return { type: "object", required: Object.keys(properties), properties }
}

export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

export function eitherOf(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas }
}
