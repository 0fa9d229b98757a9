import { chmod, mkdir, rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { dirname } from "node:path"

/** Answers one question about the running agent; undefined: there is no such thing. Never rejects. */
export type Answer = (path: readonly string[]) => Promise<unknown>

export interface Control {
  close(): Promise<void>
}

/**
 * Answers `GET /status`, `GET /explain/NAME` … as JSON on a Unix socket that only the owner and the group may open. The
 * caller holds the router's lock, so a socket that lies there already is a dead agent's.
 * @throws when the socket cannot be made (missing rights, read-only directory).
 */
export async function serveControl(socketPath: string, answer: Answer): Promise<Control> {
  await mkdir(dirname(socketPath), { recursive: true, mode: 0o755 })
  await rm(socketPath, { force: true })
  const server = createServer((request, response) => {
    void respond(answer, request, response)
  })
  await listening(server, socketPath)
  await chmod(socketPath, 0o660)
  return { close: () => closed(server) }
}

async function respond(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("/").slice(1).map(decode)
  const body = request.method === "GET" ? await answer(path) : undefined
  response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" })
  response.end(JSON.stringify(body ?? { error: "no such thing" }))
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
