import { EMPTY, from, NEVER, catchError, switchMap, using, type BehaviorSubject, type Observable } from "rxjs"
import { serveControl } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { explain, statusOf } from "../core/status.ts"
import type { Status } from "../core/status-shape.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import { isConnected, type ShareState } from "./shared.ts"
import type { Sharing } from "./sharing.ts"
import type { Views } from "./watch-families.ts"

/** What there is to be asked about. `since`: start of the agent. */
interface Known {
  readonly views$: BehaviorSubject<Views | null>
  readonly sharing: Sharing
  readonly since: string
}

/** Answers questions about the agent on its control socket. Without one the agent works just as well, but unseen. */
export function serve(desk: Desk, { socket }: Config, known: Known): Observable<never> {
  return from(serveControl(socket, path => answer(path, desk, known))).pipe(
    catchError((error: unknown) => {
      desk.warn(new Error(`status and explain will not work: ${String(error)}`))
      return EMPTY
    }),
    switchMap(control =>
      using(
        () => ({ unsubscribe: () => void control.close() }),
        () => NEVER,
      ),
    ),
  )
}

async function answer(
  [what, name]: readonly string[],
  desk: Desk,
  { views$, sharing, since }: Known,
): Promise<unknown> {
  const views = views$.value
  if (views === null) return undefined
  const known = { ipv4: views.ipv4.world, ipv6: views.ipv6?.world ?? null, wallTime }
  if (what === "status") {
    const share = shareStatus(sharing.state(), known.ipv4.config, desk.journal.lastSeq)
    return statusOf(known, { pid: process.pid, since, ...rulesStatus(views), share, peers: await sharing.peers() })
  }
  if (what === "explain" && name !== undefined) return explain(known, name, performance.now()) ?? undefined
  return undefined
}

function rulesStatus({ ipv4, ipv6 }: Views): Pick<Status, "rulesInSync" | "lastApply"> {
  const applied = [ipv4.lastApply, ipv6?.lastApply ?? null].filter(apply => apply !== null)
  const lastApply = applied.sort((a, b) => b.time.localeCompare(a.time))[0] ?? null
  return { rulesInSync: ipv4.isInSync() && (ipv6?.isInSync() ?? true), lastApply }
}

function shareStatus(state: ShareState, { share }: Config, lastSeq: number): Status["share"] {
  const lag = state.publishedSeq === null ? null : Math.max(0, lastSeq - state.publishedSeq)
  const connected = isConnected(state) === true
  return { connected, lag, error: connected || share === null ? null : state.error || "no answer yet" }
}
