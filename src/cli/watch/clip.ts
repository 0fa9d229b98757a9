import { stripVTControlCharacters } from "node:util"

/** Selects colours and the like: SGR in ECMA-48. */
// eslint-disable-next-line no-control-regex
const SGR = /(\u001b\[[\d;]*m)/
const RESET = "\u001b[0m"

/** Columns that a line takes. All that is printed here is one column wide. */
export function widthOf(line: string): number {
  return Array.from(stripVTControlCharacters(line)).length
}

/** The line, cut at the terminal's edge; its colours end with it. */
export function clip(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  let left = width
  const parts = line.split(SGR).map(part => {
    if (SGR.test(part)) return part
    const shown = Array.from(part).slice(0, left)
    left -= shown.length
    return shown.join("")
  })
  return parts.some(part => SGR.test(part)) ? `${parts.join("")}${RESET}` : parts.join("")
}
