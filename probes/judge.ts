import type { Subscription } from "rxjs"
import { asyncScheduler, Observable } from "rxjs"
import type { Outcome } from "../src/core/outcome.ts"
import { MAX_TIMEOUT_MS } from "../src/core/rtt.ts"
import { blame } from "./blame.ts"
import type { Limits } from "./probe.ts"

/**
 * A timeout that fires this much after it was due judges a process that was stopped, suspended or starved, not a link:
 * Node runs expired timers before it reads sockets, so the answer may be lying there unread. Garbage collection, a
 * fork and a busy small router delay timers by tens of milliseconds; a quarter of a second is beyond all of them.
 */
const STALL_MS = 250

/**
 * An answer of several round trips must be complete within this: as long as `check` reckons with on the slowest line. How
 * long a server takes to make it up is not known, and is not the line's; the line is judged by its first word.
 */
const COMPLETE_MS = MAX_TIMEOUT_MS

interface Means<T> {
  /** What this answer tells, `elapsedMs` after asking; null: the target has spoken, and the answer is yet to come. */
  readonly read?: (answer: T, elapsedMs: number) => Outcome | null
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/**
 * Holds an answer against the clock.
 *
 * `answer$` starts asking when subscribed to, emits anything when the target answers, and errors (with an errno in
 * `code`, where there is one) when something said no. Silence past `timeoutMs` is a loss, yet the answer is awaited
 * until `lateMs`: a bloated queue delays answers by seconds, and such a line is slow, not dead. After a stall an answer
 * proves life and nothing else: how long it lay there unread cannot be told.
 *
 * Written by hand because it runs at every probe: the same from operators (race, concat, connect) took a third of a
 * probe's whole CPU time.
 */
export function judge<T>(
  answer$: Observable<T>,
  { timeoutMs, lateMs }: Limits,
  { read = (_, rttMs) => ({ kind: "reply", rttMs }), now = () => performance.now() }: Means<T> = {},
): Observable<Outcome> {
  return new Observable(subscriber => {
    const startMs = now()
    const elapsedMs = () => now() - startMs
    let isUnderWay = false
    let silent = false
    let stalled = false

    /** After a silence only a reply is news: a late "unreachable" would count one loss twice. */
    const settle = (outcome: Outcome) => {
      if (!silent || outcome.kind === "reply") subscriber.next(outcome)
      subscriber.complete()
    }
    /** The late window counts from now, so that after a stall the unread answer still finds a listener. */
    const awaitLateReply = (dueMs: number) => {
      const overdueMs = elapsedMs() - dueMs
      silent = true
      stalled = overdueMs > STALL_MS
      subscriber.next(stalled ? broken(overdueMs) : { kind: "lost", reason: "timeout" })
      subscriber.add(
        after(lateMs - dueMs, () => {
          subscriber.complete()
        }),
      )
    }
    const onTimeout = () => {
      const moreMs = isUnderWay ? COMPLETE_MS - timeoutMs : 0
      if (moreMs <= 0) awaitLateReply(timeoutMs)
      else
        subscriber.add(
          after(moreMs, () => {
            awaitLateReply(COMPLETE_MS)
          }),
        )
    }

    subscriber.add(after(timeoutMs, onTimeout))
    subscriber.add(
      answer$.subscribe({
        next: answer => {
          const outcome = read(answer, elapsedMs())
          if (outcome === null) isUnderWay = true
          else settle(stalled ? { kind: "reply", rttMs: null } : outcome)
        },
        error: (error: unknown) => {
          settle(blame(error))
        },
      }),
    )
  })
}

/** One timer by RxJS's own clock, which tests can replace. */
function after(delayMs: number, action: () => void): Subscription {
  return asyncScheduler.schedule(action, delayMs)
}

function broken(overdueMs: number): Outcome {
  return { kind: "broken", error: `the agent was not running for ${Math.round(overdueMs)} ms` }
}
