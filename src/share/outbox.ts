import {
  exhaustMap,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  Observable,
  share as multicast,
  switchMap,
} from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import { batches } from "./batches.ts"
import type { Client } from "./client.ts"
import { isAnswer } from "./connection.ts"

/** The journal, as far as publishing it goes. */
export interface JournalSource {
  /** Events from number `seq` on, in order, then new ones as they are on disk, until the signal aborts. */
  readonly follow: (seq: number, signal: AbortSignal) => AsyncIterable<JournalEvent>
  /** The events on disk from number `seq` on. */
  readonly read: (seq: number) => AsyncIterable<JournalEvent>
}

/** The length of a stream, about: months of an ordinary router. */
const MOST_ENTRIES = 10_000
/** No line of ours is as long. */
const MOST_LINE_BYTES = 1024 * 1024
/** One round trip carries so much at most, so that neither side holds the journal in memory. */
const BATCH = { most: 200, mostBytes: 256 * 1024 }

/** Somebody else changed the stream: it was wiped, or a replica took over that lacks its end. */
class StreamChanged extends Error {
  override readonly name = "StreamChanged"
}

export type Published =
  /** Number of the last event that is in the stream. */
  | { readonly kind: "published"; readonly seq: number }
  | { readonly kind: "bad"; readonly where: string; readonly why: string }

const FOREIGN = "it was of another journal, and is begun anew; if that repeats, another router bears this name"

/** A router's stream, and the journal that is to be in it. */
export interface Outbox {
  readonly client: Client
  /** Its key. */
  readonly stream: string
  readonly journal: JournalSource
}

/**
 * Publishes the journal to its stream. The stream itself says how far that got, so there is no cursor that could be
 * wrong: whatever Redis lost or kept, the next event is the one after its last. Emits the number of the last published
 * event, and tells of a stream that was of another journal; errors when Redis fails.
 */
export function publish(outbox: Outbox, checkMs: number): Observable<Published> {
  const published$ = new Observable<Published>(subscriber => {
    const abort = new AbortController()
    const tell = (news: Published) => {
      subscriber.next(news)
    }
    publishAll(outbox, abort.signal, tell).catch((error: unknown) => {
      subscriber.error(error)
    })
    return () => {
      abort.abort()
    }
  }).pipe(multicast())
  return merge(published$, unwiped(outbox, published$, checkMs))
}

/** A quiet router would not notice for days that Redis was wiped. Errors then. */
function unwiped({ client, stream }: Outbox, published$: Observable<Published>, checkMs: number): Observable<never> {
  return published$.pipe(
    filter(news => news.kind === "published"),
    switchMap(({ seq }) => interval(checkMs).pipe(map(() => seq))),
    exhaustMap(async seq => {
      const [id = "0"] = await client.evenkeelEnd(stream, 0)
      if (Number.parseInt(id, 10) < seq)
        throw new StreamChanged(`the stream was wiped: it ended with ${seq}, now with ${id}`)
    }),
    ignoreElements(),
  )
}

type Tell = (news: Published) => void

async function publishAll(outbox: Outbox, signal: AbortSignal, tell: Tell): Promise<void> {
  try {
    await publishAfter(await agreedEnd(outbox), outbox, signal, tell)
  } catch (error) {
    // Somebody took its newest entries out, and Redis remembers their numbers.
    if (!isAnswer(error) || !error.message.includes("equal or smaller")) throw error
    await publishAfter(FOREIGN_END, outbox, signal, tell)
  }
}

async function publishAfter(end: End, outbox: Outbox, signal: AbortSignal, tell: Tell): Promise<void> {
  let after = end
  tell({ kind: "published", seq: after.seq })
  if (after.isForeign) tell({ kind: "bad", where: outbox.stream, why: FOREIGN })
  for await (const events of batches(outbox.journal.follow(after.seq + 1, signal), BATCH)) {
    after = await append(outbox, after, events)
    tell({ kind: "published", seq: after.seq })
  }
}

/** @throws StreamChanged when the stream does not end as it should; nothing was added then. */
async function append({ client, stream }: Outbox, after: End, events: readonly JournalEvent[]): Promise<End> {
  const lines = events.flatMap(event => [String(event.seq), JSON.stringify(event)])
  const [last = "", line = ""] = lines.slice(-2)
  const expected = after.isForeign ? "any" : String(after.seq)
  const reached = await client.evenkeelAppend(stream, expected, after.line, MOST_ENTRIES, ...lines)
  if (reached === last) return { seq: Number(last), line, isForeign: false }
  throw new StreamChanged(`the stream ends with ${reached}, after event ${after.seq} of this router`)
}

interface End {
  readonly seq: number
  /** "": not known. */
  readonly line: string
  /** What is there is of another journal, which is gone: the stream is begun anew. */
  readonly isForeign: boolean
}

const FOREIGN_END: End = { seq: 0, line: "", isForeign: true }

/** Up to where the stream and the journal are the same. */
async function agreedEnd({ client, stream, journal }: Outbox): Promise<End> {
  const [id, line = ""] = await client.evenkeelEnd(stream, MOST_LINE_BYTES)
  if (id === undefined) return { seq: 0, line: "", isForeign: false }
  const seq = Number.parseInt(id, 10)
  return (await isOurs(journal, seq, line)) ? { seq, line, isForeign: false } : FOREIGN_END
}

/** An entry that is older than all that the journal still holds is taken for its own. */
async function isOurs(journal: JournalSource, seq: number, line: string): Promise<boolean> {
  for await (const event of journal.read(seq)) return event.seq > seq || JSON.stringify(event) === line
  return false
}
