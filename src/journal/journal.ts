import type { EventDraft, JournalEvent } from "../core/events.ts"
import { encodeLine, maxLineBytes } from "./line.ts"
import { createPump, within } from "./pump.ts"
import { createQueue } from "./queue.ts"
import { createStore } from "./store.ts"
import type { ReportTrouble } from "./trouble.ts"

export interface JournalOptions {
  /** Made with mode 0750 where it is missing. */
  readonly directory: string
  readonly router: string
  readonly site: string
  /** A file that would grow beyond this is rotated; default 8 MiB. */
  readonly maxBytes?: number
  /** Rotated files that are kept, at least 1; default 8. */
  readonly keep?: number
  /** Memory for events that the disk does not take; default 4 MiB, some 10,000 events. */
  readonly maxPendingBytes?: number
  /** Delay before a failed write is tried again; default 5 s. */
  readonly retryMs?: number
  readonly onTrouble?: ReportTrouble
}

/** A disk that hangs must not keep the agent from starting either. */
const openTimeoutMs = 2_000

/** One writer per directory: the agent's own lock sees to that. */
export interface Journal {
  /** Number of the last event that was appended; 0: none ever. */
  readonly lastSeq: number
  /** Events that are not on disk yet. */
  readonly unwritten: number
  /**
   * Gives the event its number and time and returns at once; writing happens in the background, in order. Never
   * throws. Null: it was dropped (and that was reported), it has no number and no gap is left.
   *
   * A number is final once it is on disk: what a crash catches unwritten is gone, and its numbers are given out again.
   * So what other systems must not see twice is to be published from the file, not from here.
   */
  append(draft: EventDraft, wallTime?: Date): JournalEvent | null
  /** Tries at once to write all that was appended. Resolves when that is done or has failed (see `unwritten`). */
  flush(): Promise<void>
  /** One last try, no longer than `timeoutMs` (default 1 s): a hanging disk does not keep the agent from stopping. */
  close(timeoutMs?: number): Promise<void>
}

/**
 * Opens the journal and repairs what a crash left of it. Never rejects: while the directory cannot be used, events
 * wait in memory, and their numbers are moved up if the journal turns out to hold them already.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, maxBytes = 8 * 1024 ** 2, keep = 8, maxPendingBytes = 4 * 1024 ** 2, retryMs = 5_000 } = options
  const report = options.onTrouble ?? (() => undefined)
  const queue = createQueue()
  const step = createStore({ directory, maxBytes, keep: Math.max(1, keep), report })
  const pump = createPump({ queue, step, retryMs, report })
  await within(openTimeoutMs, pump.flush())

  /*
   * Beyond the limit the newest event is dropped, before it has a number. Dropping the oldest, or numbering as late as
   * the write, would leave a gap in the file or leave callers without the number that they show and send on.
   */
  function append(draft: EventDraft, wallTime = new Date()): JournalEvent | null {
    const { router, site } = options
    const event: JournalEvent = { v: 1, seq: queue.lastSeq + 1, time: wallTime.toISOString(), router, site, ...draft }
    const line = encodeLine(event)
    if (line.length > maxLineBytes) return pump.drop("size")
    if (queue.bytes + line.length > maxPendingBytes) return pump.drop("memory")
    return pump.add(line) ? event : pump.drop("closed")
  }

  return {
    get lastSeq() {
      return queue.lastSeq
    },
    get unwritten() {
      return queue.length
    },
    append,
    flush: pump.flush,
    close: (timeoutMs = 1_000) => pump.close(timeoutMs),
  }
}
