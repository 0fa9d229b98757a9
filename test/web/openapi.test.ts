import { expect, test } from "vitest"
import { startWeb, STEERING } from "./support/web.ts"

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

type Shapes = Document["components"]["schemas"]

/** Where a value is not of this shape: so much of JSON Schema as the document uses. */
function misfits(shapes: Shapes, schema: Schema, value: unknown, path = ""): readonly string[] {
  if (schema.$ref !== undefined) {
    const shape = shapes[schema.$ref.replace("#/components/schemas/", "")]
    return shape === undefined ? [`${path}: ${schema.$ref} is not there`] : misfits(shapes, shape, value, path)
  }
  if (schema.anyOf?.every(each => misfits(shapes, each, value, path).length > 0)) return [`${path}: none of anyOf`]
  if ("const" in schema && value !== schema.const) return [`${path}: not ${String(schema.const)}`]
  if (schema.enum?.includes(value) === false) return [`${path}: ${String(value)} is not one of enum`]
  const types = schema.type === undefined ? null : [schema.type].flat()
  if (types !== null && !types.some(type => isOf(type, value))) return [`${path}: no ${types.join(" or ")}`]
  if (Array.isArray(value))
    return value.flatMap((item, i) => misfits(shapes, schema.items ?? {}, item, `${path}[${i}]`))
  return typeof value === "object" && value !== null ? objectMisfits(shapes, schema, value, path) : []
}

function objectMisfits(shapes: Shapes, schema: Schema, value: object, path: string): readonly string[] {
  const { required = [], properties = {}, additionalProperties = {} } = schema
  const lacking = required.filter(key => !(key in value)).map(key => `${path}.${key} is missing`)
  const others = typeof additionalProperties === "object" ? additionalProperties : {}
  const wrong = Object.entries(value).flatMap(([key, each]) =>
    misfits(shapes, properties[key] ?? others, each, `${path}.${key}`),
  )
  return [...lacking, ...wrong]
}

function isOf(type: string, value: unknown): boolean {
  if (type === "null") return value === null
  if (type === "array") return Array.isArray(value)
  if (type === "integer") return Number.isInteger(value)
  return typeof value === type && value !== null && !Array.isArray(value)
}

test("every answer is of the shape that the document tells", async () => {
  const { agent, get, ask } = await startWeb()
  agent.tell({ type: "link.carrier", link: "isp1", carrier: false })
  const tallies = [
    {
      link: "isp1",
      family: "ipv4",
      probe: "p",
      fates: { reply: 1, resent: 0, late: 0, lost: 0, broken: 0 },
      rttsMs: [7],
    },
  ] as const
  agent.pulse({ tallies, journal: { lastSeq: 1, unwritten: 0 } })
  const document = (await get("/api/v1/openapi.json")).json as Document
  expect(document.openapi).toBe("3.1.0")
  for (const [path, operations] of Object.entries(document.paths)) {
    const schema = operations["get"]?.responses["200"]?.content?.["application/json"]?.schema
    if (schema === undefined) continue
    const { status, json } = await get(path.replace("{link}", "isp1"))
    expect([path, status, misfits(document.components.schemas, schema, json)]).toEqual([path, 200, []])
    const refused = await ask({ path: path.replace("{link}", "isp1"), headers: { host: "evil.example" } })
    expect(misfits(document.components.schemas, { $ref: "#/components/schemas/Error" }, refused.json)).toEqual([])
  }
})

test("what is told can be done, and all else is refused", async () => {
  const { get, ask } = await startWeb()
  const { paths } = (await get("/api/v1/openapi.json")).json as Document
  for (const [path, operations] of Object.entries(paths)) {
    if (path === "/api/v1/stream") continue
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const body = method === "GET" ? {} : { body: method === "PUT" ? '{"weight":1}' : "{}" }
      const { status } = await ask({ method, path: path.replace("{link}", "isp1"), headers: STEERING, ...body })
      expect([method, path, status]).toEqual([method, path, method.toLowerCase() in operations ? 200 : 405])
    }
  }
})
