import { reduce, lastValueFrom } from "rxjs"
import { RunError } from "./run-error.ts"
import { run, spawnLines } from "./run.ts"

/** Half a million entries take about 6 s. */
const timeoutMs = 60_000

/**
 * Forgets every IPv4 flow whose mark, within `mask`, is `mark`. Returns how many there were.
 * @throws RunError when conntrack(8) is missing or is not allowed.
 */
export async function deleteByMark(mark: number, mask: number): Promise<number> {
  const args = ["-D", "-f", "ipv4", "--mark", `${mark}/${mask}`]
  try {
    return countIn((await run("conntrack", args, { timeoutMs, discardStdout: true })).stderr)
  } catch (error) {
    if (error instanceof RunError && error.exitCode === 1 && /: 0 flow entries/.test(error.stderr)) return 0
    throw error
  }
}

/** From `conntrack v1.4.7 (conntrack-tools): 3 flow entries have been deleted.`; with none it exits 1 and says 0. */
function countIn(stderr: string): number {
  const count = /: (\d+) flow entries/.exec(stderr)?.[1]
  if (count === undefined) throw new Error(`conntrack did not say how many flows it deleted: ${stderr}`)
  return Number(count)
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
