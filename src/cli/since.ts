import ms from "ms"
import { BadUsage } from "./failure.ts"

const AGO = /^\d{1,6}(s|m|h|d)$/
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/**
 * The moment that `--since` means: `30m`, `2h`, `7d` before now, or a time. A time without a zone is local, a date alone its midnight.
 * @throws BadUsage
 */
export function parseSince(text: string, nowMs: number): Date {
  if (AGO.test(text)) return new Date(nowMs - ms(text as ms.StringValue))
  const time = new Date(TIME.test(text) ? withTime(text) : NaN)
  if (!Number.isNaN(time.getTime())) return time
  throw new BadUsage(
    `--since ${text}: expected how long ago (45s, 30m, 2h, 7d) or a time (2026-01-31, 2026-01-31T18:00)`,
  )
}

/** ECMAScript reads a date alone as UTC, and one with a time as local. */
function withTime(text: string): string {
  return /^[\d-]{10}$/.test(text) ? `${text}T00:00` : text
}
