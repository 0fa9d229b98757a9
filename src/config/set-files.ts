import { readNetwork } from "./network.ts"
import type { Problem } from "./problems.ts"
import { formatPath } from "./problems.ts"
import type { Document } from "./schema.ts"
import { setFile } from "./sets.ts"
import type { Mapping } from "./yaml.ts"

/** What a file of networks holds, and what is wrong with it. */
export interface SetFile {
  readonly networks: readonly string[]
  readonly problems: readonly string[]
}

/** By path. */
export type SetFiles = ReadonlyMap<string, SetFile>

/** Files that `sets` names, before anything else is known of the configuration. */
export function setFilesIn({ sets }: Mapping): readonly string[] {
  const values: readonly unknown[] = typeof sets === "object" && sets !== null ? Object.values(sets) : []
  const named = values.map(value => setFile.safeParse((value as { readonly file?: unknown } | null)?.file))
  return [...new Set(named.flatMap(({ data }) => data ?? []))]
}

export function setFileProblems(sets: Document["sets"], files: SetFiles): Problem[] {
  return Object.entries(sets).flatMap(([name, set]) => {
    const file = "file" in set ? set.file : undefined
    if (file === undefined) return []
    const problems = files.get(file)?.problems ?? ["was not read"]
    return problems.map(problem => ({ path: formatPath(["sets", name, "file"]), message: `${file}: ${problem}` }))
  })
}

/** One network a line; blank lines and what follows a `#` are nothing. `before`: how many lines of the file came first. */
export function parseLines(lines: readonly string[], before: number): SetFile {
  const networks: string[] = []
  const problems: string[] = []
  for (const [index, line] of lines.entries()) {
    const text = (line.split("#", 1)[0] ?? "").trim()
    const found = text === "" ? undefined : readNetwork(text)
    if (found?.ok === true) networks.push(found.network)
    else if (found !== undefined) problems.push(`line ${before + index + 1}: ${found.message}`)
  }
  return { networks, problems }
}

const MOST_TOLD = 5

/** Of the parts of a file. */
export function joined(parts: readonly SetFile[]): SetFile {
  const networks = parts.flatMap(part => part.networks)
  const problems = parts.flatMap(part => part.problems)
  if (networks.length + problems.length === 0)
    return { networks, problems: ["holds no network; write one a line, or remove the set"] }
  const rest = problems.length - MOST_TOLD
  if (rest <= 0) return { networks, problems }
  return { networks, problems: [...problems.slice(0, MOST_TOLD), `and ${rest} more such lines`] }
}
