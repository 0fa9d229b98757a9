import { readFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { EventDraft, JournalEvent } from "../../../../src/core/events.ts"
import type { LinkStatus, Status } from "../../../../src/core/status-shape.ts"
import type { Recorded, Sample } from "../../../../src/web/page/shapes.ts"
import { event, explanation, history, ordinaryDay, status } from "./recorded.ts"

const SECURITY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const TOKEN = "correct horse"

interface Told {
  readonly status: Status
  readonly events: readonly JournalEvent[]
  readonly history: Recorded
  /** False: as an agent that has no token. */
  readonly hasToken?: boolean
}

/** Plays a router's HTTP interface with recorded answers: what a browser sees of it, over a real connection. */
export interface PlayedRouter {
  readonly url: string
  readonly status: () => Status
  /** Orders that it took, in their order. */
  readonly orders: readonly unknown[]
  readonly show: (status: Status) => void
  readonly tell: (draft: EventDraft) => void
  readonly sample: (sample: Sample) => void
  /** As a router that has gone: connections are cut, and none is taken. */
  readonly vanish: () => Promise<void>
  readonly comeBack: () => Promise<void>
  readonly stop: () => Promise<void>
}

export async function playRouter(pageDirectory: string, told: Partial<Told> = {}): Promise<PlayedRouter> {
  const nowMs = Date.now()
  const state = { status: status(nowMs), events: ordinaryDay(nowMs), hasToken: true, ...told }
  const known = { ...state, history: told.history ?? history(state.status.links, nowMs) }
  const orders: unknown[] = []
  const [streams, sockets] = [new Set<ServerResponse>(), new Set<Socket>()]
  let server: Server | null = null

  const push = (type: string, data: unknown, id = "") => {
    for (const stream of streams) stream.write(`${id}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const show = (next: Status) => {
    known.status = next
    push("status", next)
  }
  const tell = (draft: EventDraft) => {
    const next = event((known.events.at(-1)?.seq ?? 0) + 1, Date.now(), draft)
    known.events = [...known.events, next]
    push("journal", next, `id: ${next.seq}\n`)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const path = decodeURIComponent(pathname)
    if (path === "/api/v1/stream") stream(request, response)
    else if (!path.startsWith("/api/")) await asset(pageDirectory, path, response)
    else {
      const [code, body] = request.method === "GET" ? read(request, path) : await order(request, path)
      reply(response, code, "application/json", JSON.stringify(body))
    }
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" })
    response.write(`event: status\ndata: ${JSON.stringify(known.status)}\n\n`)
    streams.add(response)
    request.on("close", () => streams.delete(response))
  }

  function read(request: IncomingMessage, path: string): Answer {
    const [, link] = /^\/api\/v1\/explain\/(.+)$/.exec(path) ?? []
    const found = known.status.links.find(({ name }) => name === link)
    if (found !== undefined) return [200, explanation(found)]
    if (path === "/api/v1/history") return [200, known.history]
    if (path === "/api/v1/session") return session(request, known.hasToken)
    if (path !== "/api/v1/events") return [404, { error: `there is nothing at ${path}` }]
    const since = Number(new URL(request.url ?? "", "http://localhost").searchParams.get("since"))
    return [200, { events: known.events.filter(({ seq }) => Number.isNaN(since) || seq > since), truncated: false }]
  }

  async function order(request: IncomingMessage, path: string): Promise<Answer> {
    const [code, refusal] = session(request, known.hasToken)
    if (code !== 200) return [code, refusal]
    const [, name = "", what = ""] = /^\/api\/v1\/links\/(.+)\/(drain|weight)$/.exec(path) ?? []
    const asked = JSON.parse(await bodyOf(request)) as { force?: boolean; weight?: number }
    const links = known.status.links
    const isLast = !links.some(link => link.name !== name && link.share > 0)
    if (what === "drain" && request.method === "POST" && isLast && asked.force !== true)
      return [409, { error: `no other link can carry new flows of IPv4 now: ${name} is the last one` }]
    orders.push({ name, what, method: request.method, ...asked })
    show({
      ...known.status,
      links: links.map(link => (link.name === name ? obeyed(link, what, request, asked) : link)),
    })
    return [200, { said: `${name}: ${what} ${request.method === "DELETE" ? "taken back" : "done"}` }]
  }

  async function open(port: number): Promise<number> {
    const opened = createServer((request, response) => void answer(request, response))
    opened.on("connection", socket => {
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket))
    })
    await new Promise<void>(resolve => opened.listen(port, "127.0.0.1", resolve))
    server = opened
    return (opened.address() as AddressInfo).port
  }

  async function close(): Promise<void> {
    const closed = new Promise(resolve => server?.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  const port = await open(0)
  return {
    url: `http://127.0.0.1:${port}/`,
    status: () => known.status,
    orders,
    show,
    tell,
    sample: next => {
      push("sample", next)
    },
    vanish: close,
    comeBack: async () => {
      await open(port)
    },
    stop: close,
  }
}

type Answer = readonly [code: number, body: unknown]

function session({ headers }: IncomingMessage, hasToken: boolean): Answer {
  if (headers.authorization === undefined) return [200, { canSteer: false }]
  if (hasToken && headers.authorization === `Bearer ${TOKEN}`) return [200, { canSteer: true }]
  return [
    401,
    { error: "this is not the token: send Authorization: Bearer TOKEN, with web.token of the configuration" },
  ]
}

interface Asked {
  readonly weight?: number
}

function obeyed(link: LinkStatus, what: string, { method }: IncomingMessage, { weight }: Asked): LinkStatus {
  return what === "drain" ? { ...link, drained: method === "POST" } : { ...link, weight: weight ?? 70 }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

const ASSETS: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/assets/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/assets/style.css": ["style.css", "text/css; charset=utf-8"],
}

async function asset(directory: string, path: string, response: ServerResponse): Promise<void> {
  const [file, type] = ASSETS[path] ?? []
  if (file === undefined || type === undefined) {
    reply(response, 404, "text/plain", "nothing here")
    return
  }
  reply(response, 200, type, await readFile(`${directory}/${file}`, "utf8"))
}

function reply(response: ServerResponse, code: number, type: string, body: string): void {
  const headers = {
    "Content-Type": type,
    "Content-Security-Policy": SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  }
  response.writeHead(code, headers).end(body)
}
