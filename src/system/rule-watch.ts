import { asyncScheduler, interval, map, startWith, throttleTime, type Observable } from "rxjs"
import type { Backend } from "./iptables.ts"
import { supervise, type OnTrouble } from "./supervise.ts"

/** Many programs write rules in bursts, Docker first; one look after a burst is enough. */
const burstMs = 500

/** Short enough to mend a broken chain within 5 s, and 0.2 % of a core. */
const lookMs = 4_000

/**
 * Emits when somebody may have changed the rules. The nft back end tells of every committed transaction, whoever made it
 * (also `nft` itself); legacy has no such message, so there it is a matter of looking from time to time.
 */
export function ruleChanges(backend: Backend, onTrouble: OnTrouble): Observable<void> {
  if (backend.name === "legacy")
    return interval(lookMs).pipe(
      startWith(0),
      map(() => undefined),
    )
  // Into a pipe, xtables-monitor writes only when 4 KiB have gathered, unless stdbuf makes it write each line.
  return supervise("stdbuf", ["-oL", "xtables-monitor", "--event", `-${backend.family}`], onTrouble).pipe(
    throttleTime(burstMs, asyncScheduler, { leading: true, trailing: true }),
  )
}
