/** The known word that `word` was most likely meant to be, or undefined: case, dashes and underscores do not count. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map(candidate => ({ candidate, edits: editDistance(plain(word), plain(candidate)) }))
  const best = ranked.toSorted((a, b) => a.edits - b.edits)[0]
  return best !== undefined && best.edits <= Math.floor(best.candidate.length / 3) ? best.candidate : undefined
}

const LONGEST_WORTH_COMPARING = 40

function plain(word: string): string {
  return word.slice(0, LONGEST_WORTH_COMPARING).toLowerCase().replaceAll(/[-_ ]/g, "")
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [index, letter] of Array.from(from).entries()) row = nextRow(row, index + 1, letter, to)
  return row.at(-1) ?? 0
}

function nextRow(above: readonly number[], first: number, letter: string, to: string): number[] {
  const row = [first]
  for (const [column, other] of Array.from(to).entries()) {
    const substituted = (above[column] ?? 0) + (letter === other ? 0 : 1)
    const insertedOrDeleted = Math.min(row[column] ?? 0, above[column + 1] ?? 0) + 1
    row.push(Math.min(substituted, insertedOrDeleted))
  }
  return row
}
