import type { FileHandle } from "node:fs/promises"

import { currentFile, listRotated, openForReading, rotatedFile } from "./files.ts"
import type { FileIdentity } from "./files.ts"
import { decodeLine, maxLineBytes } from "./line.ts"
import { completeLines, lineEndsBackwards, readRange, startOfFile } from "./lines.ts"

/** The writing end of the journal. */
export interface Tail {
  /** The current file; null: it does not exist yet. */
  readonly identity: FileIdentity | null
  /** Bytes up to the end of the last whole line. */
  readonly size: number
  /** Bytes behind `size` that are no whole line, to be cut off before the next write. */
  readonly tornBytes: number
  /** Number of the current file's first event; null: it has none. */
  readonly firstSeq: number | null
  /** Number of the last event that is on disk, in whichever file; 0: none. */
  readonly lastSeq: number
}

/** Finds the end of the journal and changes nothing. Throws what the file system throws, except for missing files. */
export async function survey(directory: string): Promise<Tail> {
  const handle = await openForReading(directory, currentFile)
  try {
    const current = handle === null ? nothing : await surveyFile(handle)
    return { ...current, lastSeq: current.lastSeq ?? (await lastRotatedSeq(directory)) }
  } finally {
    await handle?.close()
  }
}

const nothing = { identity: null, size: 0, tornBytes: 0, firstSeq: null, lastSeq: null }

async function surveyFile(handle: FileHandle) {
  const { dev, ino, size } = await handle.stat()
  const last = await lastNumberedLine(handle, size)
  const identity: FileIdentity = { dev, ino }
  if (last === null) return { ...nothing, identity, tornBytes: size }
  const { end, seq } = last
  return { identity, size: end, tornBytes: size - end, firstSeq: await firstNumber(handle), lastSeq: seq }
}

async function lastNumberedLine(handle: FileHandle, size: number): Promise<{ seq: number; end: number } | null> {
  let end: number | null = null
  for await (const start of lineEndsBackwards(handle, size)) {
    const seq = end === null ? null : await numberBetween(handle, start, end)
    if (seq !== null && end !== null) return { seq, end }
    end = start
  }
  return null
}

async function numberBetween(handle: FileHandle, start: number, end: number): Promise<number | null> {
  const length = end - 1 - start
  if (length <= 0 || length > maxLineBytes) return null
  return decodeLine(await readRange(handle, start, length))?.seq ?? null
}

async function firstNumber(handle: FileHandle): Promise<number | null> {
  for await (const { bytes } of completeLines(handle, startOfFile)) {
    const line = bytes === null ? null : decodeLine(bytes)
    if (line !== null) return line.seq
  }
  return null
}

/** A crash between the steps of a rotation leaves no current file, or an empty one: the numbers go on from the newest. */
async function lastRotatedSeq(directory: string): Promise<number> {
  const newest = (await listRotated(directory)).at(-1)
  if (newest === undefined) return 0
  const handle = await openForReading(directory, rotatedFile(newest))
  try {
    // The name proves that its first number was given out, even if not one line of the file can be read any more.
    return (handle && (await lastNumberedLine(handle, (await handle.stat()).size))?.seq) ?? newest
  } finally {
    await handle?.close()
  }
}
