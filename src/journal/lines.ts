import type { FileHandle } from "node:fs/promises"

import { maxLineBytes } from "./line.ts"

const newline = 0x0a
const chunkBytes = 64 * 1024

/** Where a reader stands in a file: everything before `offset` is read, it was `lines` lines. */
export interface Place {
  readonly offset: number
  readonly lines: number
}

export const startOfFile: Place = { offset: 0, lines: 0 }

/** A line that ended with a newline. `bytes` is null when it was too long to keep; `after` is the place behind it. */
export interface Line {
  readonly bytes: Buffer | null
  readonly after: Place
}

/**
 * Lines from `place` to the last newline, in bounded memory. What stands behind that newline is left for the next
 * call, from its beginning: a torn rest may be cut off and written over before it ever becomes a line.
 */
export async function* completeLines(handle: FileHandle, place: Place): AsyncGenerator<Line, void> {
  let { offset, lines } = place
  let rest: Buffer | null = Buffer.alloc(0)
  let chunk = await readRange(handle, offset, chunkBytes)
  for (let position = offset; chunk.length > 0; chunk = await readRange(handle, position, chunkBytes)) {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const bytes: Buffer | null = joinLine(rest, chunk.subarray(start, end))
      rest = Buffer.alloc(0)
      start = end + 1
      offset = position + start
      lines += 1
      yield { bytes, after: { offset, lines } }
    }
    rest = joinLine(rest, chunk.subarray(start))
    position += chunk.length
  }
}

/** The ends of lines, last first: offsets just behind each newline, and 0 at last. */
export async function* lineEndsBackwards(handle: FileHandle, size: number): AsyncGenerator<number, void> {
  for (let start = size; start > 0;) {
    const length = Math.min(chunkBytes, start)
    start -= length
    const chunk = await readRange(handle, start, length)
    for (let at = chunk.lastIndexOf(newline); at !== -1; at = at > 0 ? chunk.lastIndexOf(newline, at - 1) : -1) {
      yield start + at + 1
    }
  }
  yield 0
}

/** Up to `length` bytes from `offset`; fewer at the end of the file. */
export async function readRange(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}

function joinLine(rest: Buffer | null, more: Buffer): Buffer | null {
  if (rest === null || rest.length + more.length > maxLineBytes) return null
  return rest.length === 0 ? more : Buffer.concat([rest, more])
}
