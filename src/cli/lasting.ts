import type { Argv } from "yargs"
import { BadUsage } from "./failure.ts"
import { parseDuration } from "../config/duration.ts"

export interface LastingOptions {
  readonly for: string | undefined
}

export const withFor = <T>(yargs: Argv<T>) =>
  yargs.option("for", {
    type: "string",
    requiresArg: true,
    describe: "for how long: 30m, 2h, 7d; else until taken back",
  })

const DAY_MS = 24 * 3_600_000
const DAYS = /^(\d{1,4})d$/

/** RFC 3339, `text` from now; null: for ever. @throws BadUsage */
export function untilOf(text: string | undefined, nowMs: number): string | null {
  if (text === undefined) return null
  const [, days] = DAYS.exec(text) ?? []
  const lengthMs = days === undefined ? parseDuration(text) : Number(days) * DAY_MS
  if (lengthMs === undefined || lengthMs === 0)
    throw new BadUsage(`--for ${text}: expected a time such as 30m, 2h or 7d`)
  return new Date(nowMs + lengthMs).toISOString()
}
