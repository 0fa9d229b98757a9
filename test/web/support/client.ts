import { once } from "node:events"
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http"
import { text } from "node:stream/consumers"

export interface Asked {
  readonly method?: string
  /** As it is sent: nothing is put in order first. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** What the text is as JSON; undefined: it is none. */
  readonly json: unknown
}

/** One request on a connection of its own. */
export async function ask(port: number, asked: Asked): Promise<Answer> {
  const response = await send(port, asked)
  const said = await text(response)
  return { status: response.statusCode ?? 0, headers: response.headers, text: said, json: parsed(said) }
}

async function send(port: number, { method = "GET", path, headers = {}, body }: Asked): Promise<IncomingMessage> {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }
  const sent = request({ host: "127.0.0.1", port, method, path, headers: { ...length, ...headers }, agent: false })
  sent.end(body)
  const [response] = (await once(sent, "response")) as [IncomingMessage]
  return response
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said) as unknown
  } catch {
    return undefined
  }
}

export interface StreamEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: unknown
}

export interface Stream {
  readonly response: IncomingMessage
  /** The next such event, or one that has come and was not asked for yet. */
  readonly next: (event: string) => Promise<StreamEvent>
  /** Each as it comes, those that have come already first. */
  readonly onEvent: (handle: (event: StreamEvent) => void) => void
  /** All that came. */
  readonly came: readonly StreamEvent[]
  readonly close: () => void
}

/** Listens to server-sent events, as a browser does. */
export async function listen(port: number, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const response = await send(port, { path: "/api/v1/stream", headers })
  const came: StreamEvent[] = []
  const taken = new Set<StreamEvent>()
  const handlers: ((event: StreamEvent) => void)[] = []
  let wake = () => {}
  let rest = ""
  response.setEncoding("utf8").on("data", (chunk: string) => {
    const blocks = (rest + chunk).split("\n\n")
    rest = blocks.pop() ?? ""
    const events = blocks.flatMap(block => eventIn(block) ?? [])
    came.push(...events)
    for (const handle of handlers) events.forEach(handle)
    wake()
  })
  response.on("error", () => undefined)
  const next = async (event: string): Promise<StreamEvent> => {
    for (;;) {
      const found = came.find(each => each.event === event && !taken.has(each))
      if (found !== undefined) {
        taken.add(found)
        return found
      }
      await new Promise<void>(resolve => (wake = resolve))
    }
  }
  const onEvent: Stream["onEvent"] = handle => {
    came.forEach(event => {
      handle(event)
    })
    handlers.push(handle)
  }
  return { response, next, onEvent, came, close: () => void response.destroy() }
}

/** Null: a comment, or how soon to come back. */
function eventIn(block: string): StreamEvent | null {
  const fields = new Map(block.split("\n").map(line => [line.split(": ", 1)[0], line.slice(line.indexOf(": ") + 2)]))
  const data = fields.get("data")
  if (data === undefined) return null
  return { event: fields.get("event") ?? "message", id: fields.get("id"), data: JSON.parse(data) as unknown }
}
