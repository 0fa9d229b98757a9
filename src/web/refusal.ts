/** A request that is not served. The message says what was wrong and what to do, and is all that the client gets. */
export class Refusal extends Error {
  override readonly name = "Refusal"

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** What Fastify itself refuses, by its status. */
const WORDS: Readonly<Record<number, string>> = {
  400: "this is no request that can be understood",
  404: "there is no such thing here: GET /api/v1/openapi.json tells what there is",
  413: "the body is too long: at most 16 KiB are taken",
  414: "the address is too long",
  415: "send JSON, and say so: Content-Type: application/json",
}

/** Null: a fault of this program, of which the client is told no more. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  const status = typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500
  if (!(status >= 400 && status < 500)) return null
  return new Refusal(status, WORDS[status] ?? "this request cannot be served")
}
