import { EMPTY, from, NEVER, catchError, switchMap, using, type BehaviorSubject, type Observable } from "rxjs"
import { serveControl } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { explain, statusOf } from "../core/status.ts"
import type { Status } from "../core/status-shape.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import { isConnected, type ShareState } from "./shared.ts"
import type { Sharing } from "./sharing.ts"
import type { View } from "./watch-router.ts"

/** What there is to be asked about. `since`: start of the agent. */
interface Known {
  readonly view$: BehaviorSubject<View | null>
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

async function answer([what, name]: readonly string[], desk: Desk, { view$, sharing, since }: Known): Promise<unknown> {
  const view = view$.value
  if (view === null) return undefined
  const { world, lastApply, isInSync } = view
  if (what === "status") {
    const running = { pid: process.pid, since, rulesInSync: isInSync(), lastApply }
    const share = shareStatus(sharing.state(), world.config, desk.journal.lastSeq)
    return statusOf(world, { ...running, share, peers: await sharing.peers() }, wallTime)
  }
  if (what === "explain" && name !== undefined) return explain(world, name, wallTime, performance.now()) ?? undefined
  return undefined
}

function shareStatus(state: ShareState, { share }: Config, lastSeq: number): Status["share"] {
  const lag = state.publishedSeq === null ? null : Math.max(0, lastSeq - state.publishedSeq)
  const connected = isConnected(state) === true
  return { connected, lag, error: connected || share === null ? null : state.error || "no answer yet" }
}
