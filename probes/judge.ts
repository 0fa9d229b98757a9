import type { Observable } from "rxjs"
import { catchError, concat, connect, defer, filter, map, of, race, take, takeUntil, timer } from "rxjs"
import type { Outcome } from "../src/core/outcome.ts"
import { blame } from "./blame.ts"
import type { Limits } from "./probe.ts"

/**
 * A timeout that fires this much after it was due judges a process that was stopped, suspended or starved, not a link:
 * Node runs expired timers before it reads sockets, so the answer may be lying there unread. Garbage collection, a
 * fork and a busy small router delay timers by tens of milliseconds; a quarter of a second is beyond all of them.
 */
const STALL_MS = 250

/**
 * Holds an answer against the clock.
 *
 * `answer$` starts asking when subscribed to, emits anything when the target answers, and errors (with an errno in
 * `code`, where there is one) when something said no. Silence past `timeoutMs` is a loss, yet the answer is awaited
 * until `lateMs`: a bloated queue delays answers by seconds, and such a line is slow, not dead.
 *
 * @param now monotonic milliseconds
 */
export function judge(
  answer$: Observable<unknown>,
  limits: Limits,
  now: () => number = () => performance.now(),
): Observable<Outcome> {
  return defer(() => {
    const startMs = now()
    const elapsedMs = () => now() - startMs
    const verdict$ = answer$.pipe(
      take(1),
      map((): Outcome => ({ kind: "reply", rttMs: elapsedMs() })),
      catchError((error: unknown) => of(blame(error))),
    )
    return verdict$.pipe(connect(verdict$ => race(verdict$, silence(verdict$, limits, elapsedMs))))
  })
}

/**
 * The late window counts from when the timeout fired, so that after a stall the unread answer still finds a listener.
 * Only a reply is news by then: a late "unreachable" would count one loss twice.
 */
function silence(verdict$: Observable<Outcome>, limits: Limits, elapsedMs: () => number): Observable<Outcome> {
  const { timeoutMs, lateMs } = limits
  const timedOut$ = timer(timeoutMs).pipe(map(() => timedOut(elapsedMs() - timeoutMs)))
  const late$ = verdict$.pipe(
    filter(({ kind }) => kind === "reply"),
    takeUntil(timer(lateMs - timeoutMs)),
  )
  return concat(timedOut$, late$)
}

function timedOut(overdueMs: number): Outcome {
  return overdueMs > STALL_MS
    ? { kind: "broken", error: `the agent was not running for ${Math.round(overdueMs)} ms` }
    : { kind: "lost", reason: "timeout" }
}
