import { isUtf8 } from "node:buffer"

import type { JournalEvent } from "../core/events.ts"

/** Longer lines are neither written nor read: it bounds the memory of every reader, whatever a file holds. */
export const maxLineBytes = 256 * 1024

/** What a whole line holds: `event` is null when its number is readable but it is no event of this version. */
export interface DecodedLine {
  readonly seq: number
  readonly event: JournalEvent | null
}

export function encodeLine(event: JournalEvent): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`)
}

/**
 * Null: not a line of a journal. The number is read apart from the event, so that after a downgrade the lines of a
 * newer version still count as whole and are never cut off as damage.
 */
export function decodeLine(line: Buffer): DecodedLine | null {
  const fields = parseObject(line)
  if (fields === null || !isSeq(fields.seq)) return null
  return { seq: fields.seq, event: isEvent(fields) ? fields : null }
}

interface Fields {
  readonly v?: unknown
  readonly seq?: unknown
  readonly time?: unknown
  readonly type?: unknown
}

function parseObject(line: Buffer): Fields | null {
  if (!isUtf8(line)) return null
  try {
    const value: unknown = JSON.parse(line.toString())
    return typeof value === "object" ? value : null
  } catch {
    return null // a torn or overwritten line is an expected answer here: the caller reports it with its place
  }
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1
}

/** Only the frame is checked: a reader must show an event whose details a later version has extended. */
function isEvent(fields: Fields): fields is JournalEvent {
  return fields.v === 1 && isTime(fields.time) && typeof fields.type === "string"
}

const rfc3339Utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function isTime(value: unknown): boolean {
  return typeof value === "string" && rfc3339Utc.test(value) && !Number.isNaN(Date.parse(value))
}
