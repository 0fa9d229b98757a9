import { columns } from "../../src/cli/format.ts"

/** The value below which this part (0..1) of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

/** `median 17.3 ms (15.1 to 24.0)` as three cells. */
export function spread(values: readonly number[]): readonly string[] {
  return [median(values), Math.min(...values), Math.max(...values)].map(value => `${value.toFixed(1)} ms`)
}

/**
 * By how much the values are off those of the baseline with the same index, as a part of the baseline's mean: `+1.2 ± 0.8 %`,
 * two standard errors wide. What both have in common in a round cancels out.
 */
export function pairedChange(values: readonly number[], baseline: readonly number[]): string {
  const differences = values.map((value, i) => value - (baseline[i] ?? NaN))
  const change = mean(differences)
  const variance = mean(differences.map(each => (each - change) ** 2))
  const percent = (part: number) => ((100 * part) / mean(baseline)).toFixed(1)
  return `${change < 0 ? "" : "+"}${percent(change)} ± ${percent(2 * Math.sqrt(variance / (values.length - 1)))} %`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  process.stdout.write(`\n${title}\n${columns([head, ...rows], "  ")}\n`)
}
