import type { AlertState } from "../core/alerts/state.ts"
import type { JournalEvent } from "../core/events.ts"

/** How the journal is read: see src/journal/read.ts. */
export interface JournalSource {
  /** All events from this number on. */
  readonly read: (sinceSeq: number) => AsyncIterable<JournalEvent>
  /** The same, and then each new one, until the signal. */
  readonly follow: (sinceSeq: number, signal: AbortSignal) => AsyncIterable<JournalEvent>
}

/**
 * Number of the first event that an alert has not seen. It is the one behind the cursor, unless the journal is not the one
 * that the cursor is of: what a power loss catches unwritten is gone, and its numbers are given out again; or somebody
 * removed it. Then it is the first that is later than what was seen. `warn` hears of events that are gone.
 */
export async function firstUnseen(
  journal: JournalSource,
  cursor: AlertState["cursor"],
  warn: (text: string) => void,
): Promise<number> {
  if (cursor === null) return 1
  const found = await firstOf(journal.read(cursor.seq))
  if (found?.seq === cursor.seq && found.time === cursor.time) return cursor.seq + 1
  if (found !== null && found.seq > cursor.seq) {
    warn(`events ${cursor.seq + 1} to ${found.seq - 1} are gone from the journal: nobody was told of them`)
    return found.seq
  }
  warn("the journal is not the one that was read before: going on with what is later")
  return firstLater(journal, cursor.time)
}

async function firstLater(journal: JournalSource, time: string): Promise<number> {
  let last = 0
  for await (const event of journal.read(1)) {
    if (Date.parse(event.time) > Date.parse(time)) return event.seq
    last = event.seq
  }
  return last + 1
}

async function firstOf(events: AsyncIterable<JournalEvent>): Promise<JournalEvent | null> {
  for await (const event of events) return event
  return null
}
