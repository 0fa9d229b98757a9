import { printable } from "../config/problems.ts"
import { eventText, eventTypes, type TimedEvent } from "./event-text.ts"
import { clock, type Paint } from "./format.ts"

/** What pino writes of everything that it logs: level, milliseconds since 1970, message; an Error is under `err`. */
interface LogRecord {
  readonly level: number
  readonly time: number
  readonly msg?: string
  readonly err?: { readonly stack?: string }
}

const ERROR = 50
const WARN = 40

/** One record of the agent's log, a line of JSON, for people at a terminal: events as `evenkeel events` prints them. */
export function logLine(json: string, paint: Paint): string {
  const record = JSON.parse(json) as LogRecord
  const time = new Date(record.time).toISOString()
  const { msg = "" } = record
  if (isEventType(msg)) return eventText({ ...record, type: msg, time } as unknown as TimedEvent, paint)
  const text = (record.err?.stack ?? msg).split("\n").map(printable).join("\n")
  return `${paint.dim(clock(time))}  ${colour(record.level, paint)(text)}`
}

function isEventType(message: string): boolean {
  return eventTypes.some(type => type === message)
}

function colour(level: number, paint: Paint): (text: string) => string {
  if (level >= ERROR) return paint.red
  return level >= WARN ? paint.yellow : paint.reset
}
