import type { Socket } from "node:net"
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify"
import type { Endpoint } from "../core/share-config.ts"
import type { Assets } from "./assets.ts"
import { createGuard } from "./guard.ts"
import { NOT_KEPT, SECURITY_HEADERS } from "./headers.ts"
import type { Live } from "./live.ts"
import { Refusal, refusalOf } from "./refusal.ts"
import { looks } from "./routes/looks.ts"
import { page } from "./routes/page.ts"
import { steers } from "./routes/steers.ts"
import { stream } from "./routes/stream.ts"
import { watchers } from "./routes/watchers.ts"
import type { Source } from "./source.ts"

export interface Settings {
  readonly listen: Endpoint
  readonly token: string | null
  readonly hosts: readonly string[]
  readonly assets: Assets
  readonly version: string
}

export interface Server {
  /** The one that was asked for, or what the kernel chose in place of 0. */
  readonly port: number
  readonly close: () => Promise<void>
}

const MOST_BODY_BYTES = 16 * 1024
/** Nothing that is asked for is longer. */
const MOST_HEADER_BYTES = 8 * 1024
/** Beside the streams: whoever opens more is cut off. */
const MOST_CONNECTIONS = 512
/** Who sends a request more slowly than this is cut off: RFC 9112, 9.5. */
const HEADERS_MS = 5_000
const REQUEST_MS = 10_000
const LOOK_MS = 1_000
/** Between requests. */
const IDLE_MS = 5_000
/** Neither a byte read nor one written; streams say something every 15 s. */
const STUCK_MS = 20_000

/** Serves the page, the API and the metrics. @throws when the address cannot be listened on. */
export async function serveWeb(settings: Settings, source: Source, live: Live): Promise<Server> {
  const { listen, token, hosts, assets, version } = settings
  const app = createApp(source)
  const guard = createGuard({ address: listen.host, hosts, token })
  app.addHook("onRequest", async ({ headers, socket }, reply) => {
    reply.headers({ ...SECURITY_HEADERS, ...NOT_KEPT })
    refusePipelined(reply)
    guard.host(headers.host, socket.localAddress)
  })
  page(app, assets, guard, version)
  looks(app, source, live)
  stream(app, live)
  steers(app, source, live, guard)
  watchers(app, live)
  await app.listen(listen).catch(async (error: unknown) => {
    await app.close()
    throw error
  })
  app.server.maxConnections = MOST_CONNECTIONS
  const address = app.server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : listen.port,
    close: () => app.close(),
  }
}

function createApp({ warn }: Source): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: MOST_BODY_BYTES,
    connectionTimeout: STUCK_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: LOOK_MS, maxHeaderSize: MOST_HEADER_BYTES },
    clientErrorHandler: refuseNonsense,
    frameworkErrors: (error, _, reply) => {
      refuse(reply, refusalOf(error) ?? new Refusal(400, "this is no request that can be understood"))
    },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(body as string))
    } catch {
      done(new Refusal(400, "the body is no JSON"))
    }
  })
  app.setNotFoundHandler(() => {
    throw new Refusal(404, "there is no such thing here: GET /api/v1/openapi.json tells what there is")
  })
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const refusal = refusalOf(error)
    if (refusal === null) warn(`${request.method} ${request.routeOptions.url ?? ""}: ${String(error)}`)
    refuse(reply, refusal ?? new Refusal(500, "this is a fault of evenkeel's; its log says more"))
  })
  return app
}

function refuse(reply: FastifyReply, { status, message }: Refusal): void {
  void reply.headers(SECURITY_HEADERS).code(status).send({ error: message })
}

/**
 * A response that waits behind another of its connection has no socket yet, and Node never tells when the connection dies
 * before its turn comes: whatever was taken for it would be taken for good. No browser sends requests like that (RFC 9112, 9.3.2).
 */
function refusePipelined(reply: FastifyReply): void {
  if (reply.raw.socket !== null) return
  reply.header("connection", "close")
  throw new Refusal(400, "one request at a time on a connection: wait for the answer before the next")
}

/** What is no HTTP, or too slow, or too long to be read at all. */
function refuseNonsense(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return
  const [status, what] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? ["431 Request Header Fields Too Large", "the headers are too long: at most 8 KiB are taken"]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ["408 Request Timeout", "the request took too long to arrive"]
        : ["400 Bad Request", "this is no request that can be understood"]
  const body = JSON.stringify({ error: what })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
