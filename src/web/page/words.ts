import type { LinkStateName } from "../../core/link-state.ts"

/** Shapes tell states apart where colour does not. */
export const MARKS: Readonly<Record<LinkStateName, string>> = { up: "▲", degraded: "◐", down: "▼", unknown: "–" }

/** `70 %`; a tenth where that tells something. A dash for what was never measured. */
export function percent(ratio: number | null): string {
  if (ratio === null) return "–"
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.0995 ? 1 : 0)} %`
}

/** As `percent`, but only what never failed is 100 %. */
export function availability(ratio: number): string {
  return ratio === 1 ? "100 %" : `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`
}

/** `12.3 ms`, `1.5 s`; a dash for what was never measured. */
export function millis(value: number | null): string {
  if (value === null) return "–"
  return value < 1000 ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const

/** The two largest units, cut, not rounded: `3 d 4 h`, `45 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const first = UNITS.findIndex(([, length]) => seconds >= length)
  const [large, small] = first < 0 ? [UNITS[3], undefined] : [UNITS[first], UNITS[first + 1]]
  if (large === undefined) return "0 s"
  const rest = small === undefined ? 0 : Math.floor((seconds % large[1]) / small[1])
  const whole = `${Math.floor(seconds / large[1])} ${large[0]}`
  return small === undefined || rest === 0 ? whole : `${whole} ${rest} ${small[0]}`
}

/** Fractions matter below a minute. */
export function spell(ms: number): string {
  return ms < 60_000 ? millis(ms) : duration(ms)
}

/** Only the largest unit, for what is read at a glance: `3 min ago`. */
export function ago(timeMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - timeMs) / 1000)
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? UNITS[3]
  return seconds < 1 ? "just now" : `${Math.floor(seconds / length)} ${unit} ago`
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
