/** A Markdown table, laid out as prettier does. All columns but the first are aligned to this side. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  side: "left" | "right",
): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map(cells => cells[column]?.length ?? 0)))
  const isRight = (column: number) => column > 0 && side === "right"
  const pad = (cell: string, column: number) =>
    isRight(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(" | ")} |\n`
  const rule = widths.map((width, column) => (isRight(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)))
  return [head, rule, ...rows].map(line).join("")
}
