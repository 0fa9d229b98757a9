import { EMPTY, from, NEVER, catchError, switchMap, using, type BehaviorSubject, type Observable } from "rxjs"
import { serveControl } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { explain, statusOf } from "../core/status.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import type { View } from "./watch-router.ts"

/** Answers questions about the agent on its control socket. Without one the agent works just as well, but unseen. */
export function serve(desk: Desk, { socket }: Config, view$: BehaviorSubject<View | null>): Observable<never> {
  const since = new Date().toISOString()
  return from(serveControl(socket, path => answer(path, since, view$.value))).pipe(
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

function answer([what, name]: readonly string[], since: string, view: View | null): unknown {
  if (view === null) return undefined
  const { world, lastApply, isInSync } = view
  if (what === "status")
    return statusOf(world, { pid: process.pid, since, rulesInSync: isInSync(), lastApply }, wallTime)
  if (what === "explain" && name !== undefined) return explain(world, name, wallTime, performance.now()) ?? undefined
  return undefined
}
