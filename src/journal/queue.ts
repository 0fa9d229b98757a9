import type { JournalEvent } from "../core/events.ts"
import { encodeLine } from "./line.ts"

/** Events that have a number and wait for the disk, in order. */
export interface Queue {
  /** The last number given out. */
  readonly lastSeq: number
  /** The number before the first that waits. */
  readonly writtenSeq: number
  readonly length: number
  readonly bytes: number
  add(line: Buffer): void
  /** The first lines that fit into `roomBytes`, but at least one if any waits. */
  first(roomBytes: number): readonly Buffer[]
  remove(count: number): void
  /** Moves the waiting numbers up if `seq` is on disk already. */
  startAfter(seq: number): void
}

export function createQueue(): Queue {
  let lines: Buffer[] = []
  let bytes = 0
  let lastSeq = 0
  return {
    get lastSeq() {
      return lastSeq
    },
    get writtenSeq() {
      return lastSeq - lines.length
    },
    get length() {
      return lines.length
    },
    get bytes() {
      return bytes
    },
    add: line => {
      lines.push(line)
      bytes += line.length
      lastSeq += 1
    },
    first: roomBytes => lines.slice(0, countFitting(lines, roomBytes)),
    remove: count => {
      bytes -= totalBytes(lines.splice(0, count))
    },
    startAfter: seq => {
      const shift = seq - (lastSeq - lines.length)
      if (shift <= 0) return
      lines = lines.map(line => renumber(line, shift))
      bytes = totalBytes(lines)
      lastSeq += shift
    },
  }
}

function countFitting(lines: readonly Buffer[], roomBytes: number): number {
  let room = roomBytes
  const tooMuch = lines.findIndex((line, index) => (room -= line.length) < 0 && index > 0)
  return tooMuch === -1 ? lines.length : tooMuch
}

export function totalBytes(lines: readonly Buffer[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0)
}

function renumber(line: Buffer, shift: number): Buffer {
  const event = JSON.parse(line.toString()) as JournalEvent // our own encodeLine's text
  return encodeLine({ ...event, seq: event.seq + shift })
}
