import { reduce, lastValueFrom } from "rxjs"
import { RunError } from "./run-error.ts"
import { run, spawnLines } from "./run.ts"

/** Half a million entries take about 6 s. */
const timeoutMs = 60_000

/** Each pass forgets all flows up to one that ends by itself at that very moment: on a router of many, that is not rare. */
const maxPasses = 100

/**
 * Forgets every IPv4 flow whose mark, within `mask`, is `mark`, and whose replies are sent to `replyTo`: the address that
 * its source was translated to.
 * @throws RunError when conntrack(8) is missing or is not allowed.
 */
export function deleteByMark(mark: number, mask: number, replyTo: string): Promise<void> {
  return deleteAll(["--mark", `${mark}/${mask}`, "--reply-dst", replyTo])
}

/**
 * Forgets every IPv4 flow of this mark that goes by this address: translated to it, or begun by somebody who asked for it.
 * @throws RunError when conntrack(8) is missing or is not allowed.
 */
export async function forgetAddress(mark: number, mask: number, address: string): Promise<void> {
  for (const which of ["--reply-dst", "--orig-dst"]) await deleteAll(["--mark", `${mark}/${mask}`, which, address])
}

async function deleteAll(conditions: readonly string[]): Promise<void> {
  const args = ["-D", "-f", "ipv4", ...conditions]
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

/** Number of IPv4 flows by mark, within `mask`. Read as a stream: a busy router has hundreds of thousands. */
export async function countByMark(mask: number): Promise<ReadonlyMap<number, number>> {
  const lines = spawnLines("conntrack", ["-L", "-f", "ipv4"], { timeoutMs })
  return lastValueFrom(
    lines.pipe(reduce((counts, line) => count(counts, markIn(line, mask)), new Map<number, number>())),
  )
}

function count(counts: Map<number, number>, mark: number): Map<number, number> {
  return counts.set(mark, (counts.get(mark) ?? 0) + 1)
}

/** Marks have 32 bits, bit operators are signed. */
function markIn(line: string, mask: number): number {
  return (Number(/ mark=(\d+)/.exec(line)?.[1] ?? 0) & mask) >>> 0
}
