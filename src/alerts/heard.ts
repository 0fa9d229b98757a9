import { EventEmitter, once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import type { JournalEvent } from "../core/events.ts"
import type { JournalSource } from "./resume.ts"

/** What the agent tells of its events while it has them in memory; it can be copied into another thread. */
export interface Hearing {
  /** In order, and behind those of before. */
  readonly events: readonly JournalEvent[]
  /** The disk holds them up to this number. */
  readonly writtenSeq: number
}

/** Events that may not be on disk yet. */
export interface Heard {
  readonly hear: (hearing: Hearing) => void
  /** The first from this number on; null: there is none, or the disk holds what comes first. */
  readonly from: (seq: number) => JournalEvent | null
  /** Resolves when there may be another answer. @throws AbortError */
  readonly more: (signal: AbortSignal) => Promise<void>
}

export function createHeard(): Heard {
  const news = new EventEmitter().setMaxListeners(0)
  let waiting: readonly JournalEvent[] = []
  let writtenTo = 0
  return {
    hear: ({ events, writtenSeq }) => {
      writtenTo = writtenSeq
      waiting = [...waiting, ...events].filter(({ seq }) => seq > writtenTo)
      news.emit("news")
    },
    from: seq => (seq <= writtenTo ? null : (waiting.find(event => event.seq >= seq) ?? null)),
    more: async signal => {
      await once(news, "news", { signal })
    },
  }
}

/** The disk has so long to show an event: what is on it survives a crash, and keeps its number. */
const GRACE_MS = 1_000

/** A journal with the events that its disk does not take: in order, and none twice. */
export function withHeard(journal: JournalSource, heard: Heard): JournalSource {
  return {
    read: sinceSeq => readAll(journal, heard, sinceSeq),
    follow: (sinceSeq, signal) => followAll(journal, heard, sinceSeq, signal),
  }
}

async function* readAll(journal: JournalSource, heard: Heard, sinceSeq: number): AsyncGenerator<JournalEvent, void> {
  let next = sinceSeq
  for await (const event of journal.read(sinceSeq)) {
    yield event
    next = event.seq + 1
  }
  for (let event = heard.from(next); event !== null; event = heard.from(next)) {
    yield event
    next = event.seq + 1
  }
}

async function* followAll(
  journal: JournalSource,
  heard: Heard,
  sinceSeq: number,
  signal: AbortSignal,
): AsyncGenerator<JournalEvent, void> {
  const end = new AbortController()
  const abort = () => {
    end.abort()
  }
  signal.addEventListener("abort", abort, { once: true })
  if (signal.aborted) abort()
  const disk = journal.follow(sinceSeq, end.signal)[Symbol.asyncIterator]()
  let asked = ask(disk)
  let next = sinceSeq
  let graceMs = GRACE_MS
  try {
    for (;;) {
      const found = await soonest(asked, heard, next, graceMs)
      if (found === null) return
      if (found.isWritten) asked = ask(disk)
      // A disk that is silent once is not waited for with each event.
      graceMs = found.isWritten ? GRACE_MS : 0
      if (found.event.seq < next) continue
      next = found.event.seq + 1
      yield found.event
    }
  } finally {
    abort()
    signal.removeEventListener("abort", abort)
  }
}

/** Null: there is nothing more to come. */
type Found = { readonly event: JournalEvent; readonly isWritten: boolean } | null

function ask(disk: AsyncIterator<JournalEvent>): Promise<Found> {
  const found = disk.next().then(({ done, value }) => (done === true ? null : { event: value, isWritten: true }))
  // Whoever waits for it hears of an error, and nobody may be waiting yet.
  found.catch(() => undefined)
  return found
}

async function soonest(asked: Promise<Found>, heard: Heard, next: number, graceMs: number): Promise<Found> {
  const over = new AbortController()
  try {
    return await Promise.race([asked, overdue(heard, next, graceMs, over.signal)])
  } finally {
    over.abort()
  }
}

async function overdue(heard: Heard, next: number, graceMs: number, signal: AbortSignal): Promise<Found> {
  for (;;) {
    while (heard.from(next) === null) await heard.more(signal)
    await sleep(graceMs, undefined, { signal })
    const event = heard.from(next)
    if (event !== null) return { event, isWritten: false }
  }
}
