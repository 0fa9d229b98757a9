import { once } from "node:events"
import type { ServerResponse } from "node:http"
import type { JournalEvent } from "../core/events.ts"
import { SECURITY_HEADERS } from "./headers.ts"

/** More at once are sent away: pages of one office and some programs are fewer by far. */
const MOST_CLIENTS = 256
/** A client that leaves so much unread is dropped: it connects again when it can. What all are sent is one buffer. */
const MOST_UNREAD_BYTES = 256 * 1024
/** The same of one that is being told what it missed. */
const MOST_WAITING = 256
/** Proxies and firewalls forget what says nothing for a minute. */
const BEAT_MS = 15_000
const RETRY_MS = 2_000

/** One message of a stream, encoded once for all. `seq`: of a journal event. */
export interface Message {
  readonly bytes: Buffer
  readonly seq?: number
}

/** Those who are told what happens: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface Streams {
  readonly count: () => number
  readonly isFull: () => boolean
  /** Tells `first`, then what was `missed`, then all that is sent. */
  readonly open: (response: ServerResponse, first: Message | null, missed: AsyncIterable<JournalEvent>) => Promise<void>
  readonly send: (message: Message) => void
  readonly close: () => void
}

interface Client {
  readonly response: ServerResponse
  /** What came while it is being told what it missed; null: it knows all. */
  waiting: Message[] | null
}

export function message(event: "status" | "journal" | "sample", json: string, seq?: number): Message {
  const id = seq === undefined ? "" : `id: ${seq}\n`
  return { bytes: Buffer.from(`${id}event: ${event}\ndata: ${json}\n\n`), ...(seq !== undefined && { seq }) }
}

export function journalMessage(event: JournalEvent): Message {
  return message("journal", JSON.stringify(event), event.seq)
}

export function createStreams(onDropped: () => void): Streams {
  const clients = new Set<Client>()

  const drop = (client: Client) => {
    clients.delete(client)
    client.response.destroy()
    onDropped()
  }
  const send = (message: Message) => {
    for (const client of clients) {
      const { response, waiting } = client
      if (response.writableLength > MOST_UNREAD_BYTES || (waiting?.length ?? 0) > MOST_WAITING) drop(client)
      else if (waiting === null) response.write(message.bytes)
      else waiting.push(message)
    }
  }
  const beat = setInterval(() => {
    send({ bytes: Buffer.from(": still here\n\n") })
  }, BEAT_MS)
  return {
    count: () => clients.size,
    isFull: () => clients.size >= MOST_CLIENTS,
    open: async (response, first, missed) => {
      // It has gone already, and will not say so again.
      if (response.destroyed) return
      const client: Client = { response, waiting: [] }
      clients.add(client)
      response.on("close", () => clients.delete(client))
      response.writeHead(200, { ...SECURITY_HEADERS, "content-type": "text/event-stream", "cache-control": "no-store" })
      response.write(`retry: ${RETRY_MS}\n\n`)
      if (first !== null) response.write(first.bytes)
      const toldSeq = await tell(response, missed).catch(() => null)
      if (toldSeq === null) {
        drop(client)
        return
      }
      for (const { bytes, seq } of client.waiting ?? []) if (seq === undefined || seq > toldSeq) response.write(bytes)
      client.waiting = null
    },
    send,
    close: () => {
      clearInterval(beat)
      for (const { response } of clients) response.destroy()
    },
  }
}

/** No faster than the client reads. @returns the number of the last; 0: there was none. */
async function tell(response: ServerResponse, missed: AsyncIterable<JournalEvent>): Promise<number> {
  const gone = new AbortController()
  response.on("close", () => {
    gone.abort()
  })
  let toldSeq = 0
  for await (const event of missed) {
    if (gone.signal.aborted || response.destroyed) break
    toldSeq = event.seq
    if (!response.write(journalMessage(event).bytes))
      await once(response, "drain", { signal: gone.signal }).catch(() => undefined)
  }
  return toldSeq
}
