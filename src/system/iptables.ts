import { readFile } from "node:fs/promises"
import type { Family } from "../core/ip-family.ts"
import { orIfMissing } from "../files/if-missing.ts"
import { run } from "./run.ts"

/** The programs of one back end for one family. */
export interface Backend {
  readonly name: "nft" | "legacy"
  readonly family: Family
  /** Program that prints the rules. */
  readonly save: string
  /** Program that takes them. */
  readonly restore: string
}

/** The same back end's programs for this family: `ip6tables-nft-save` for `iptables-nft-save`. */
export function forFamily({ name, save, restore }: Backend, family: Family): Backend {
  const named = (program: string) => program.replace(/^ip6?tables/, family === 4 ? "iptables" : "ip6tables")
  return { name, family, save: named(save), restore: named(restore) }
}

/**
 * The rules of every table that exists, or of one, as iptables-save(8) prints them. Creates nothing: `iptables-legacy-save
 * -t mangle` would register that table with the kernel, so legacy is asked only for tables that exist; nft shows a table
 * that does not exist as an empty one, so leave `table` out to learn which do.
 */
export async function save(backend: Backend, table?: string): Promise<string> {
  if (table === undefined) return (await run(backend.save, [])).stdout
  if (backend.name === "legacy" && !(await legacyTables(backend)).includes(table)) return ""
  return (await run(backend.save, ["-t", table])).stdout
}

/** One table's rules with what each has matched: `[packets:bytes]` before each rule (iptables-save(8), `-c`). Creates nothing. */
export async function saveCounted(backend: Backend, table: string): Promise<string> {
  if (backend.name === "legacy" && !(await legacyTables(backend)).includes(table)) return ""
  return (await run(backend.save, ["-c", "-t", table])).stdout
}

/**
 * Carries out iptables-restore(8) input without flushing what it does not name. Each table's part is one transaction of
 * its own, up to its COMMIT: after a failure the parts before it are in force, and nothing of the failed one is.
 * `-w 5` waits for the lock that legacy's programs share; nft accepts the option and needs none.
 */
export async function restore(backend: Backend, text: string): Promise<void> {
  await run(backend.restore, ["--noflush", "-w", "5"], { input: text })
}

export type Dropped = { readonly dropped: true } | { readonly dropped: false; readonly reason: string }

/**
 * Removes a table that holds no rules, no chains but the empty built-in ones with policy ACCEPT, and nothing of nft's own.
 * For tables that did not exist before evenkeel came.
 */
export async function dropEmptyTable(backend: Backend, table: string): Promise<Dropped> {
  if (backend.name === "legacy") return kept("the legacy back end's tables stay until their module is unloaded")
  const text = await save(backend)
  if (text.includes(`# Table \`${table}' `)) return kept("it holds rules that only nft understands")
  const lines = text.split("\n").map(line => line.trim())
  const start = lines.indexOf(`*${table}`)
  if (start < 0) return kept("there is no such table")
  const content = lines.slice(start + 1, lines.indexOf("COMMIT", start))
  if (!content.every(isEmptyBuiltIn)) return kept("it holds chains or rules")
  // Without --noflush iptables-nft-restore deletes the table, and naming no chain it makes none anew (nft_cmd_table_flush).
  await run(backend.restore, ["-w", "5"], { input: `*${table}\nCOMMIT\n` })
  return { dropped: true }
}

function kept(reason: string): Dropped {
  return { dropped: false, reason }
}

function isEmptyBuiltIn(line: string): boolean {
  return /^:\S+ ACCEPT /.test(line)
}

/** Legacy tables that exist in this network namespace; the file is not there where the kernel has no legacy support. */
async function legacyTables({ family }: Backend): Promise<readonly string[]> {
  const file = `/proc/net/${family === 4 ? "ip" : "ip6"}_tables_names`
  return (await orIfMissing(readFile(file, "utf8"), "")).split("\n").filter(Boolean)
}
