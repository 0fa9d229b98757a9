import type { JournalEvent } from "../core/events.ts"
import { begunBefore, eventsOf, isCurrent, openNext, rewindIfShrunk } from "./journal-file.ts"
import type { JournalFile } from "./journal-file.ts"
import { currentFile } from "./files.ts"
import { createSieve } from "./sieve.ts"
import type { JournalFilter } from "./sieve.ts"
import { watchDirectory } from "./watch.ts"

const pollMs = 1_000

/**
 * The events of a journal in order, rotated files first, to the end of the current file as it is when the reader gets
 * there. Streams: memory does not grow with the journal. Lines that are no events are skipped and reported. Throws
 * when a file cannot be read; a missing directory holds no events.
 */
export async function* readJournal(directory: string, filter: JournalFilter = {}): AsyncGenerator<JournalEvent, void> {
  const sieve = createSieve(directory, filter)
  let begun = await begunBefore(directory, filter.sinceSeq ?? 1)
  let file: JournalFile | null
  do {
    file = await openNext(directory, begun)
    if (file === null) return
    try {
      yield* eventsOf(file, sieve)
    } finally {
      await file.handle.close()
    }
    begun = Math.max(begun, file.firstSeq)
  } while (file.name !== currentFile)
}

/**
 * As `readJournal`, then goes on with each new event, across rotations, until the signal aborts. No event comes twice,
 * and none is missed unless its file is removed as the oldest before the reader gets to it.
 */
export async function* followJournal(
  directory: string,
  filter: JournalFilter,
  signal: AbortSignal,
): AsyncGenerator<JournalEvent, void> {
  const isOver = () => signal.aborted
  const sieve = createSieve(directory, filter)
  const changes = watchDirectory(directory, pollMs, signal)
  let begun = await begunBefore(directory, filter.sinceSeq ?? 1)
  let file: JournalFile | null = null
  try {
    while (!isOver()) {
      file ??= await openNext(directory, begun)
      // Asked before reading on: what was written up to the rename is then certainly read.
      const isComplete = file !== null && !(await isCurrent(directory, file))
      if (file !== null) {
        await rewindIfShrunk(file, sieve)
        for await (const event of eventsOf(file, sieve)) {
          if (isOver()) return
          yield event
        }
      }
      if (file === null || !isComplete) await changes.next()
      else {
        begun = Math.max(begun, file.firstSeq)
        await file.handle.close()
        file = null
      }
    }
  } finally {
    changes.close()
    await file?.handle.close()
  }
}
