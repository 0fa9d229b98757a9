/** What `iptables-save` printed: rules (`-A CHAIN …` without the `-A CHAIN `) by chain, by table. */
export type Saved = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/** Parses iptables-save(8): `*table`, `:CHAIN policy [packets:bytes]`, `-A CHAIN rule`, `COMMIT`; comments start with `#`. */
export function parseSaved(text: string): Saved {
  const tables = new Map<string, Map<string, string[]>>()
  let table = new Map<string, string[]>()
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) tables.set(line.slice(1).trim(), (table = new Map<string, string[]>()))
    else if (line.startsWith(":")) table.set(word(line, 0).slice(1), [])
    else if (line.startsWith("-A ")) table.get(word(line, 1))?.push(rest(line, 2))
  }
  return tables
}

/** What becomes of packets that a built-in chain does not decide: `ACCEPT`, `DROP`; undefined: there is no such chain. */
export function policyIn(text: string, table: string, chain: string): string | undefined {
  const part = text.split(/^\*/m).find(part => part.startsWith(`${table}\n`))
  const line = part?.split("\n").find(line => line.startsWith(`:${chain} `))
  return line === undefined ? undefined : word(line, 1)
}

export function chainOf(saved: Saved, table: string, chain: string): readonly string[] | undefined {
  return saved.get(table)?.get(chain)
}

function word(line: string, index: number): string {
  return line.split(" ", index + 1)[index] ?? ""
}

function rest(line: string, index: number): string {
  return line.split(" ").slice(index).join(" ").trimEnd()
}
