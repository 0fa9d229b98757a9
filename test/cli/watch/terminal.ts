/** As much of a terminal (ECMA-48) as `watch` uses: cursor addressing, erasing; colours and modes change no cell. Rows of cells. */
export type Cells = readonly (readonly string[])[]

export function emptyScreen(columns: number, rows: number): Cells {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "))
}

/** The screen after these bytes. @throws Error at a sequence that is none of these */
export function emulate(screen: Cells, text: string): Cells {
  const cells = screen.map(row => [...row])
  let [row, column] = [0, 0]
  // eslint-disable-next-line no-control-regex
  for (const part of text.match(/\u001b\[[?\d;]*[A-Za-z]|[^]/gu) ?? []) {
    // eslint-disable-next-line no-control-regex
    const [, numbers = "", kind = ""] = /^\u001b\[([?\d;]*)([A-Za-z])$/.exec(part) ?? []
    if (kind === "H") [row, column] = numbers.split(";").map(number => Number(number) - 1) as [number, number]
    else if (kind === "J") for (const line of cells) line.fill(" ")
    else if (kind === "K") cells[row]?.fill(" ", Math.min(column, (cells[row]?.length ?? 1) - 1))
    else if ("mhl".includes(kind) && kind !== "") continue
    else if (kind !== "") throw new Error(`a sequence that is not known: ${JSON.stringify(part)}`)
    else {
      const line = cells[row]
      if (line === undefined) throw new Error(`row ${row} is none`)
      line[Math.min(column, line.length - 1)] = part
      column += 1
    }
  }
  return cells
}
