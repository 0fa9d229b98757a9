import ipaddr from "ipaddr.js"
import { reduce, lastValueFrom } from "rxjs"
import type { Family } from "../core/ip-family.ts"
import { familyName } from "../core/family.ts"
import { counted, NO_FLOWS, type ProtocolCounts } from "../core/flows.ts"
import { RunError } from "./run-error.ts"
import { run, spawnLines } from "./run.ts"

/** Half a million entries take about 6 s. */
const timeoutMs = 60_000

/** Each pass forgets all flows up to one that ends by itself at that very moment: on a router of many, that is not rare. */
const maxPasses = 100

/** Flows by what their source was translated to: an address, or host for host into a prefix. */
export type Translation = { readonly address: string } | { readonly prefix: string }

/**
 * Forgets every flow of one family whose mark, within `mask`, is `mark`, and whose source was translated so.
 * @throws RunError when conntrack(8) is missing or is not allowed.
 */
export async function deleteByMark(family: Family, mark: number, mask: number, to: Translation): Promise<void> {
  const marked = ["-D", "-f", familyName(family), "--mark", `${mark}/${mask}`]
  for (const filter of filtersOf(to)) await deleteAll([...marked, ...filter])
}

/**
 * Forgets every flow of one family whose source was translated so, whatever its mark. Into a prefix it takes a while with
 * many hosts: `isWanted` is asked before each.
 * @throws RunError when conntrack(8) is missing or is not allowed.
 */
export async function deleteTranslated(family: Family, to: Translation, isWanted = () => true): Promise<void> {
  const all = ["-D", "-f", familyName(family)]
  if ("address" in to) return deleteAll([...all, "--reply-dst", to.address])
  for (const [inside, outside] of await translatedHosts(family, to.prefix))
    if (isWanted()) await deleteAll([...all, "--orig-src", inside, "--reply-dst", outside])
}

/** Hosts with flows that go by this prefix: their own address, and the one in it. */
async function translatedHosts(family: Family, prefix: string): Promise<ReadonlyMap<string, string>> {
  const range = ipaddr.parseCIDR(prefix)
  const lines = spawnLines("conntrack", ["-L", "-f", familyName(family), "--src-nat"], { timeoutMs })
  const add = (hosts: Map<string, string>, line: string) => {
    const [, inside = "", outside = ""] = / src=(\S+) .* src=\S+ dst=(\S+) /.exec(line) ?? []
    return ipaddr.isValid(outside) && ipaddr.parse(outside).match(range) ? hosts.set(inside, outside) : hosts
  }
  return lastValueFrom(lines.pipe(reduce(add, new Map<string, string>())))
}

/** A source within the prefix already is not translated; conntrack(8) takes no prefix for `--reply-dst`. */
function filtersOf(to: Translation): readonly (readonly string[])[] {
  if ("address" in to) return [["--reply-dst", to.address]]
  return [["--src-nat"], ["--orig-src", to.prefix]]
}

/**
 * Forgets every flow of one family and mark that goes by this address: translated to it, or begun by somebody who asked
 * for it. @throws RunError when conntrack(8) is missing or is not allowed.
 */
export async function forgetAddress(family: Family, mark: number, mask: number, address: string): Promise<void> {
  const marked = ["-D", "-f", familyName(family), "--mark", `${mark}/${mask}`]
  for (const which of ["--reply-dst", "--orig-dst"]) await deleteAll([...marked, which, address])
}

async function deleteAll(args: readonly string[]): Promise<void> {
  for (let pass = 1; ; pass++) {
    try {
      await run("conntrack", args, { timeoutMs, discardStdout: true })
      return
    } catch (error) {
      if (foundNone(error)) return
      if (!foundOneGone(error) || pass === maxPasses) throw error
    }
  }
}

/** With nothing to forget it exits 1 too: `conntrack v1.4.7 (conntrack-tools): 0 flow entries have been deleted.` */
function foundNone(error: unknown): boolean {
  return error instanceof RunError && error.exitCode === 1 && /: 0 flow entries/.test(error.stderr)
}

/** conntrack(8) lists, then deletes one by one, and gives up at the first entry that is there no more (ENOENT). */
function foundOneGone(error: unknown): boolean {
  return error instanceof RunError && error.exitCode === 1 && error.stderr.includes("such conntrack doesn't exist")
}

/** Number of flows of one family by mark, within `mask`. Read as a stream: a busy router has hundreds of thousands. */
export async function countByMark(family: Family, mask: number): Promise<ReadonlyMap<number, ProtocolCounts>> {
  const lines = spawnLines("conntrack", ["-L", "-f", familyName(family)], { timeoutMs })
  return lastValueFrom(
    lines.pipe(reduce((counts, line) => count(counts, markIn(line, mask), line), new Map<number, ProtocolCounts>())),
  )
}

function count(counts: Map<number, ProtocolCounts>, mark: number, line: string): Map<number, ProtocolCounts> {
  return counts.set(mark, counted(counts.get(mark) ?? NO_FLOWS, /^\w+/.exec(line)?.[0] ?? ""))
}

/** Marks have 32 bits, bit operators are signed. */
function markIn(line: string, mask: number): number {
  return (Number(/ mark=(\d+)/.exec(line)?.[1] ?? 0) & mask) >>> 0
}

/** The flows between these two addresses, one line each, as `conntrack -L -o extended` prints them. */
export async function findFlows(family: Family, from: string, to: string): Promise<readonly string[]> {
  const ends = ["--orig-src", from, "--orig-dst", to]
  const { stdout } = await run("conntrack", ["-L", "-f", familyName(family), "-o", "extended", ...ends])
  return stdout.split("\n").filter(Boolean)
}
