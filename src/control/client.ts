import { request, type IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"

/** A running agent answers within milliseconds; one that does not is stuck. */
const TIMEOUT_MS = 2000

/** `absent`: no agent runs; `forbidden`: this user may not ask it; `stuck`: it is there and does not answer. */
type Reason = "absent" | "forbidden" | "stuck"

/** The control socket gave no answer. */
export class NoAgent extends Error {
  override readonly name = "NoAgent"

  constructor(
    message: string,
    readonly reason: Reason,
  ) {
    super(message)
  }
}

/**
 * Asks the running agent. Null: it knows no such thing.
 * @throws NoAgent
 */
export function askAgent(socketPath: string, path: string): Promise<unknown> {
  return exchange(socketPath, { method: "GET", path })
}

/** Gives the running agent an order. Null: it is too old to take any. @throws NoAgent */
export function orderAgent(socketPath: string, order: unknown): Promise<unknown> {
  return exchange(socketPath, { method: "POST", path: "/orders" }, JSON.stringify(order))
}

interface Line {
  readonly method: "GET" | "POST"
  readonly path: string
}

async function exchange(socketPath: string, line: Line, body?: string): Promise<unknown> {
  const response = await send(socketPath, line, body)
  const answer = await text(response)
  return response.statusCode === 200 ? (JSON.parse(answer) as unknown) : null
}

function send(socketPath: string, line: Line, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, ...line, timeout: TIMEOUT_MS }, resolve)
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
    asked.on("error", (error: NodeJS.ErrnoException) => {
      reject(noAgent(socketPath, error))
    })
    asked.end(body)
  })
}

function noAgent(socketPath: string, error: NodeJS.ErrnoException): NoAgent {
  if (error.code === "EACCES")
    return new NoAgent(`${socketPath} may only be opened by its owner and group: try again with sudo`, "forbidden")
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED")
    return new NoAgent(`no agent listens on ${socketPath}`, "absent")
  return new NoAgent(`${socketPath}: ${error.message}`, "stuck")
}
