import type { JournalEvent } from "../../core/events.ts"
import type { Status } from "../../core/status-shape.ts"
import type { Sample } from "./shapes.ts"

interface Listener {
  readonly onStatus: (status: Status) => void
  readonly onJournal: (event: JournalEvent) => void
  readonly onSample: (sample: Sample) => void
  /** Each time the router answers, at first and after a break. */
  readonly onOpen: () => void
  /** At once when it does not any more. */
  readonly onLost: () => void
}

/** Samples come every 5 s: this long without a word, and nobody is there, whatever the browser thinks of the connection. */
const SILENCE_MS = 16_000
const RETRY_MS = 2_000

/** Listens for as long as the page is open; whatever ends it, it begins anew. */
export function listen(listener: Listener): void {
  let source: EventSource | null = null
  let watchdog = 0

  const heard = () => {
    clearTimeout(watchdog)
    watchdog = window.setTimeout(renew, SILENCE_MS)
  }
  const lose = () => {
    source?.close()
    source = null
    clearTimeout(watchdog)
    listener.onLost()
  }
  const renew = () => {
    lose()
    watchdog = window.setTimeout(connect, RETRY_MS)
  }
  const connect = () => {
    source = open(listener, heard, renew)
    heard()
  }

  window.addEventListener("offline", renew)
  window.addEventListener("online", () => {
    if (source !== null) return
    clearTimeout(watchdog)
    connect()
  })
  connect()
}

function open(listener: Listener, heard: () => void, onError: () => void): EventSource {
  const source = new EventSource("/api/v1/stream")
  const on = (type: string, handle: (data: never) => void) => {
    source.addEventListener(type, event => {
      heard()
      handle(JSON.parse((event as MessageEvent<string>).data) as never)
    })
  }
  on("status", listener.onStatus)
  on("journal", listener.onJournal)
  on("sample", listener.onSample)
  source.addEventListener("open", () => {
    heard()
    listener.onOpen()
  })
  source.addEventListener("error", onError)
  return source
}
