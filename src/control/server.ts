import { chmod, mkdir, rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { dirname } from "node:path"

export interface Agent {
  /** Answers one question about it; undefined: there is no such thing. Never rejects. */
  readonly answer: (path: readonly string[]) => Promise<unknown>
  /** Takes an order, whatever was sent as one, and says what came of it. Never rejects. */
  readonly obey: (order: unknown) => Promise<Obeyed>
}

/** `said`: for a person. */
export interface Obeyed {
  readonly ok: boolean
  readonly said: string
}

export interface Control {
  close(): Promise<void>
}

/**
 * Answers `GET /status`, `GET /explain/NAME` … and takes orders by `POST /orders`, as JSON on a Unix socket that only the
 * owner and the group may open. The
 * caller holds the router's lock, so a socket that lies there already is a dead agent's.
 * @throws when the socket cannot be made (missing rights, read-only directory).
 */
export async function serveControl(socketPath: string, agent: Agent): Promise<Control> {
  await mkdir(dirname(socketPath), { recursive: true, mode: 0o755 })
  await rm(socketPath, { force: true })
  const server = createServer((request, response) => {
    void respond(agent, request, response)
  })
  await listening(server, socketPath)
  await chmod(socketPath, 0o660)
  return { close: () => closed(server) }
}

async function respond(agent: Agent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("/").slice(1).map(decode)
  const body = await reply(agent, request, path)
  response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" })
  response.end(JSON.stringify(body ?? { error: "no such thing" }))
}

async function reply(agent: Agent, request: IncomingMessage, path: readonly string[]): Promise<unknown> {
  if (request.method === "GET") return agent.answer(path)
  if (request.method === "POST" && path.join("/") === "orders") return agent.obey(await orderIn(request))
  return undefined
}

const LONGEST_ORDER_BYTES = 64 * 1024

/** Undefined: longer than any order, or no JSON. */
async function orderIn(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > LONGEST_ORDER_BYTES) return undefined
      chunks.push(chunk)
    }
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown
  } catch {
    return undefined
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function listening(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(socketPath, () => {
      server.off("error", reject)
      resolve()
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}
