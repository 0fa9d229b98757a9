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

export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  process.stdout.write(`\n${title}\n${columns([head, ...rows], "  ")}\n`)
}
