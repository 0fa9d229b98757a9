import type { JournalEvent } from "../core/events.ts"
import type { Source } from "./source.ts"

/** More than ever wait for a disk that works, and than a page misses while it connects again. */
const KEPT = 256

/** The journal: its newest events from memory, which knows them before the disk does, and older ones from there. */
export interface Recent {
  readonly add: (event: JournalEvent) => void
  /** From this number on, oldest first, without gaps. */
  readonly since: (seq: number) => AsyncIterable<JournalEvent>
  /** Number of the newest; 0: none is known. */
  readonly lastSeq: () => number
  /** As the agent tells it. */
  readonly reach: (lastSeq: number) => void
}

export function createRecent(journal: Source["journal"]): Recent {
  const kept: JournalEvent[] = []
  let lastSeq = 0

  async function* since(seq: number): AsyncGenerator<JournalEvent, void> {
    let next = seq
    if (next <= lastSeq && next < (kept[0]?.seq ?? Infinity))
      for await (const event of journal(next)) {
        yield event
        next = event.seq + 1
      }
    yield* kept.filter(event => event.seq >= next)
  }
  return {
    add: event => {
      kept.push(event)
      if (kept.length > KEPT) kept.shift()
      lastSeq = event.seq
    },
    since,
    lastSeq: () => lastSeq,
    reach: seq => (lastSeq = Math.max(lastSeq, seq)),
  }
}
