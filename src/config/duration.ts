import ms from "ms"

/** `ms` alone would also take "1 week", "-1s" and a bare number, which reads as milliseconds to one and seconds to another. */
const DURATION = /^\d{1,9}(ms|s|m|h)$/

/** Milliseconds of `250ms`, `1s`, `5m` or `2h`; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  return DURATION.test(text) ? ms(text as ms.StringValue) : undefined
}

const UNITS = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const

/** The shortest exact text of a whole number of milliseconds; `parseDuration` reads it back. */
export function formatDuration(durationMs: number): string {
  const unit = UNITS.find(([, lengthMs]) => durationMs > 0 && durationMs % lengthMs === 0)
  return unit === undefined ? `${durationMs}ms` : `${durationMs / unit[1]}${unit[0]}`
}
