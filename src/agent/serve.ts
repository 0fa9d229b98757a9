import { EMPTY, from, NEVER, catchError, switchMap, using, type BehaviorSubject, type Observable } from "rxjs"
import { serveControl } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { explain, peersOf, statusOf, type Status } from "../core/status.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import { isConnected, type Shared } from "./shared.ts"
import type { View } from "./watch-router.ts"

/** What there is to be asked about. `since`: start of the agent. */
interface Known {
  readonly view$: BehaviorSubject<View | null>
  readonly shared$: BehaviorSubject<Shared>
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

function answer([what, name]: readonly string[], desk: Desk, { view$, shared$, since }: Known): unknown {
  const view = view$.value
  if (view === null) return undefined
  const { world, lastApply, isInSync } = view
  if (what === "status") {
    const running = { pid: process.pid, since, rulesInSync: isInSync(), lastApply }
    return statusOf(
      world,
      { ...running, ...sharedOf(shared$.value, world.config.share !== null, desk.journal.lastSeq) },
      wallTime,
    )
  }
  if (what === "explain" && name !== undefined) return explain(world, name, wallTime, performance.now()) ?? undefined
  return undefined
}

function sharedOf(shared: Shared, isShared: boolean, lastSeq: number): Pick<Status, "share" | "peers"> {
  const { publishedSeq, peers } = shared
  const lag = publishedSeq === null ? null : Math.max(0, lastSeq - publishedSeq)
  const connected = isConnected(shared) === true
  const error = connected || !isShared ? null : shared.error || "no answer yet"
  return { share: { connected, lag, error }, peers: peersOf(peers, wallTime, performance.now()) }
}
