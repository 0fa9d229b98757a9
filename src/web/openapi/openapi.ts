import { paths } from "./paths.ts"
import { shapes } from "./shapes.ts"

const DESCRIPTION =
  "What an evenkeel agent shows of itself, and how it is steered. Everything but the session is open to whoever reaches it; " +
  "what changes something needs the token of the configuration (`web.token`). Times are RFC 3339 in UTC, shares and losses 0..1."

/** https://spec.openapis.org/oas/v3.1.1.html */
export function openapi(version: string) {
  return {
    openapi: "3.1.0",
    info: { title: "evenkeel", version, description: DESCRIPTION, license: { name: "MIT", identifier: "MIT" } },
    paths,
    components: { schemas: shapes, securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  }
}
