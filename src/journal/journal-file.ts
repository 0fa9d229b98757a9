import type { FileHandle } from "node:fs/promises"
import { stat } from "node:fs/promises"
import { join } from "node:path"

import type { JournalEvent } from "../core/events.ts"
import { orIfMissing } from "../files/if-missing.ts"
import { currentFile, isSameFile, listRotated, openForReading, rotatedFile } from "./files.ts"
import { decodeLine } from "./line.ts"
import { completeLines, startOfFile } from "./lines.ts"
import type { Place } from "./lines.ts"
import type { Sieve } from "./sieve.ts"

/** A file of the journal that is being read. */
export interface JournalFile {
  readonly handle: FileHandle
  readonly name: string
  /** Number of its first event; 0: not known yet. */
  firstSeq: number
  place: Place
}

/**
 * Opens the file behind the one that began with event `begun`; null: there is none (yet). Rotation may rename the
 * current file at any moment, so after opening it, no unread file may have come before it.
 */
export async function openNext(directory: string, begun: number): Promise<JournalFile | null> {
  const firstSeq = await nextRotated(directory, begun)
  if (firstSeq !== undefined) return (await openRotated(directory, firstSeq)) ?? openNext(directory, firstSeq)
  const handle = await openForReading(directory, currentFile)
  if ((await nextRotated(directory, begun)) === undefined) {
    return handle && { handle, name: currentFile, firstSeq: 0, place: startOfFile }
  }
  await handle?.close()
  return openNext(directory, begun)
}

async function nextRotated(directory: string, begun: number): Promise<number | undefined> {
  return (await listRotated(directory)).find(firstSeq => firstSeq > begun)
}

/** Null: removed as the oldest since it was listed. */
async function openRotated(directory: string, firstSeq: number): Promise<JournalFile | null> {
  const name = rotatedFile(firstSeq)
  const handle = await openForReading(directory, name)
  return handle && { handle, name, firstSeq, place: startOfFile }
}

/** `begun` for a reader that wants event `seq` first: files that end before it need not be read. */
export async function begunBefore(directory: string, seq: number): Promise<number> {
  const firstSeq = (await listRotated(directory)).findLast(first => first <= seq)
  return firstSeq === undefined ? 0 : firstSeq - 1
}

/** Whether new lines still come to this file: it is the one that bears the current name. */
export async function isCurrent(directory: string, { handle, name }: JournalFile): Promise<boolean> {
  if (name !== currentFile) return false
  return isSameFile(await handle.stat(), await orIfMissing(stat(join(directory, currentFile)), null))
}

/** The wanted events from where the file was left, up to its last whole line. */
export async function* eventsOf(file: JournalFile, sieve: Sieve): AsyncGenerator<JournalEvent, void> {
  for await (const { bytes, after } of completeLines(file.handle, file.place)) {
    file.place = after
    const decoded = bytes === null ? null : decodeLine(bytes)
    file.firstSeq ||= decoded?.seq ?? 0
    const event = sieve.sift(decoded, file.name, after.lines)
    if (event !== null) yield event
  }
}

/** A file that shrank was cut back by its writer, or emptied by somebody: its lines are new, or come again. */
export async function rewindIfShrunk(file: JournalFile, sieve: Sieve): Promise<void> {
  if ((await file.handle.stat()).size >= file.place.offset) return
  file.place = startOfFile
  sieve.skipSeen()
}
