import type { Observable } from "rxjs"
import { spawnLines } from "./run.ts"

/** PR_SET_PDEATHSIG: a listener has nobody to tell once this process is killed. */
const bound = ["--pdeathsig", "KILL"]

/** Each new connection as conntrack(8) prints it, from now on, at the lowest priority: a busy router has thousands a second. */
export function newConnections(args: readonly string[]): Observable<string> {
  const words = ["conntrack", "-E", "-e", "NEW", "-o", "extended", ...args]
  return spawnLines("setpriv", [...bound, "nice", "-n", "19", ...words])
}

/**
 * What the nft back end tells of traced packets (xtables-monitor(8)); legacy writes to the kernel log instead. Into a
 * pipe it writes only when 4 KiB have gathered, unless stdbuf makes it write each line.
 */
export function tracedPackets(): Observable<string> {
  return spawnLines("setpriv", [...bound, "stdbuf", "-oL", "xtables-monitor", "--trace"])
}
