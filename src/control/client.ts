import { request, type IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"

/** A running agent answers within milliseconds; one that does not is stuck. */
const TIMEOUT_MS = 2000

/** Nobody listens on the control socket: no agent runs, or this user may not ask it. */
export class NoAgent extends Error {
  override readonly name = "NoAgent"
}

/**
 * Asks the running agent. Null: it knows no such thing.
 * @throws NoAgent
 */
export async function askAgent(socketPath: string, path: string): Promise<unknown> {
  const response = await get(socketPath, path)
  const body = await text(response)
  return response.statusCode === 200 ? (JSON.parse(body) as unknown) : null
}

function get(socketPath: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: TIMEOUT_MS }, resolve)
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
    asked.on("error", (error: NodeJS.ErrnoException) => {
      reject(new NoAgent(reasonFor(socketPath, error)))
    })
    asked.end()
  })
}

function reasonFor(socketPath: string, error: NodeJS.ErrnoException): string {
  if (error.code === "EACCES") return `${socketPath} may only be opened by its owner and group: try again with sudo`
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") return `no agent listens on ${socketPath}`
  return `${socketPath}: ${error.message}`
}
