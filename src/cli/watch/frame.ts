import { widthOf } from "./clip.ts"

/** What stands on a terminal, line by line from its top. */
export interface Frame {
  readonly lines: readonly string[]
  readonly columns: number
  readonly rows: number
}

const CLEAR = "\u001b[2J"
const ERASE_TO_THE_RIGHT = "\u001b[K"

/**
 * What turns one frame into the next: only lines that differ, by cursor addressing (ECMA-48, CUP, EL). Empty: nothing
 * differs. `before` null, or of another size: all is written.
 */
export function transition(before: Frame | null, after: Frame): string {
  const isSameSize = before?.columns === after.columns && before.rows === after.rows
  const old = isSameSize ? before.lines : []
  const height = Math.max(old.length, after.lines.length)
  const changed = Array.from({ length: height }, (_, row) => row).filter(
    row => (old[row] ?? "") !== (after.lines[row] ?? ""),
  )
  const text = changed.map(row => lineAt(row, after.lines[row] ?? "", after.columns)).join("")
  return isSameSize ? text : `${CLEAR}${text}`
}

/** Past a full line the cursor still stands on its last column, which erasing would take away. */
function lineAt(row: number, line: string, columns: number): string {
  const rest = widthOf(line) < columns ? ERASE_TO_THE_RIGHT : ""
  return `\u001b[${row + 1};1H${line}${rest}`
}
