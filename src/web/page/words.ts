import { largestUnits, millis } from "../../core/figures.ts"
import type { LinkStateName } from "../../core/link-state.ts"

/** Shapes tell states apart where colour does not. */
export const MARKS: Readonly<Record<LinkStateName, string>> = { up: "▲", degraded: "◐", down: "▼", unknown: "–" }

/** As `percent`, but only what never failed is 100 %. */
export function availability(ratio: number): string {
  return ratio === 1 ? "100 %" : `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`
}

/** As a reader at leisure has it: `3 d 4 h`, `2 min`. */
export function duration(ms: number): string {
  return largestUnits(ms)
    .map(({ unit, count }) => `${count} ${UNIT_WORDS[unit]}`)
    .join(" ")
}

const UNIT_WORDS = { d: "d", h: "h", m: "min", s: "s" } as const

/** Fractions matter below a minute. */
export function spell(ms: number): string {
  return ms < 60_000 ? millis(ms) : duration(ms)
}

/** Only the largest unit, for what is read at a glance: `3 min ago`. */
export function ago(timeMs: number, nowMs: number): string {
  const [largest] = largestUnits(nowMs - timeMs)
  if (largest === undefined || largest.count === 0) return "just now"
  return `${largest.count} ${UNIT_WORDS[largest.unit]} ago`
}

/** Wall-clock time where the reader is, to the second: `2026-01-31 12:00:00`. */
export function clock(timeMs: number): string {
  return new Date(timeMs).toLocaleString("sv-SE")
}

/** `14:02:10`. */
export function timeOfDay(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString("sv-SE")
}

/** `isp1, isp2 and isp3`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`
}

/** `1 event`, `2 events`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`
}
