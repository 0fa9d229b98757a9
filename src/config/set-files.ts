import { readNetwork } from "./network.ts"
import type { Problem } from "./problems.ts"
import { formatPath } from "./problems.ts"
import type { ReadText } from "./read-text.ts"
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

const MOST_TOLD = 5

/** One network a line; blank lines and what follows a `#` are nothing. */
export function parseSetFile(read: ReadText): SetFile {
  if (!read.ok) return { networks: [], problems: [read.why] }
  const networks: string[] = []
  const problems: string[] = []
  for (const [index, line] of read.text.split("\n").entries()) {
    const text = (line.split("#", 1)[0] ?? "").trim()
    const found = text === "" ? undefined : readNetwork(text)
    if (found?.ok === true) networks.push(found.network)
    else if (found !== undefined) problems.push(`line ${index + 1}: ${found.message}`)
  }
  if (networks.length + problems.length === 0)
    return { networks, problems: ["holds no network; write one a line, or remove the set"] }
  return { networks, problems: firstOf(problems) }
}

function firstOf(problems: readonly string[]): readonly string[] {
  const rest = problems.length - MOST_TOLD
  return rest <= 0 ? problems : [...problems.slice(0, MOST_TOLD), `and ${rest} more such lines`]
}
