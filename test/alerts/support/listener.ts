import { once } from "node:events"
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http"
import type { AddressInfo } from "node:net"

/** How a listener treats one request. `swallow`: it takes the message, and its answer is lost on the way. */
export type Fault = "none" | "500" | "hang" | "reset" | "swallow" | "refuse"

interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A service on a port of its own, which can be away and come back. */
export interface Listener {
  readonly url: string
  /** What was taken, in order; what was only refused, dropped or left hanging is not in it. */
  readonly received: readonly Received[]
  readonly close: () => Promise<void>
  readonly open: () => Promise<void>
}

export interface Behaviour {
  /** Of the n-th request, from 0. */
  readonly fault?: (n: number) => Fault
  /** The service's own check; a text is what it refuses the request for. */
  readonly refusal?: (request: Received) => string | undefined
  readonly answer?: { readonly status: number; readonly body: string }
}

export async function startListener(behaviour: Behaviour = {}): Promise<Listener> {
  const { fault = () => "none" as const, refusal = () => undefined, answer = { status: 200, body: "ok" } } = behaviour
  const received: Received[] = []
  let count = 0
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    const what = { url: request.url ?? "", headers: request.headers, body }
    const kind = fault(count++)
    if (kind === "hang") return
    if (kind === "reset") return void request.socket.resetAndDestroy()
    if (kind === "500") return void response.writeHead(500).end("try later")
    if (kind === "refuse") return void response.writeHead(403).end("no")
    const why = refusal(what)
    if (why !== undefined) return void response.writeHead(400).end(why)
    received.push(what)
    if (kind === "swallow") return void request.socket.resetAndDestroy()
    response.writeHead(answer.status).end(answer.body)
  }
  let server = await listen(handle, 0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () => closed(server),
    open: async () => {
      server = await listen(handle, port)
    },
  }
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

async function listen(handle: Handle, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  return server
}

async function closed(server: Server): Promise<void> {
  const gone = once(server, "close")
  server.close()
  server.closeAllConnections()
  await gone
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}
