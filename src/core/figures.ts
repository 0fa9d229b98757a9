/** Figures in words, the same in commands, in alerts and on the page. */

/** `70 %`; a tenth where that tells something. A dash for what was never measured. */
export function percent(ratio: number | null): string {
  if (ratio === null) return "–"
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.0995 ? 1 : 0)} %`
}

/** `12.3 ms`, `1.5 s`; a dash for what was never measured. */
export function millis(value: number | null): string {
  if (value === null) return "–"
  return value < 1000 ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const

/** The two largest units of a duration, cut, not rounded, and without those of which there is none. */
export function largestUnits(ms: number): readonly { readonly unit: "d" | "h" | "m" | "s"; readonly count: number }[] {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const first = UNITS.findIndex(([, length]) => seconds >= length)
  if (first < 0) return [{ unit: "s", count: 0 }]
  const whole = UNITS[first]?.[1] ?? 1
  return UNITS.slice(first, first + 2)
    .map(([unit, length], i) => ({ unit, count: Math.floor((i === 0 ? seconds : seconds % whole) / length) }))
    .filter(({ count }) => count > 0)
}

/** `3d4h`, `2h10m`, `45s`. */
export function duration(ms: number): string {
  return largestUnits(ms)
    .map(({ unit, count }) => `${count}${unit}`)
    .join("")
}
