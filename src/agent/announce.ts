import {
  concat,
  delay,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  of,
  race,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  type Observable,
} from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import type { ServiceManager } from "../system/service-manager.ts"
import { areStanding, isSomeStanding, statusLine } from "./service-status.ts"
import type { Views } from "./watch-families.ts"

/** What there is to tell of. */
interface Life {
  readonly views: () => Views | null
  readonly isIpv6Steered: () => boolean
  readonly told$: Observable<JournalEvent>
  readonly stop$: Observable<unknown>
  readonly reload$: Observable<unknown>
}

/** How often the rules are looked at until they stand, and the line for `systemctl status` is written anew if it changed. */
const LOOK_MS = 250
const STATUS_MS = 2_000
/** One family that the kernel refuses is told of (`rules.failed`), and is no reason to start the other's agent again. */
const PATIENCE_MS = 10_000
/** Beats in the time that the watchdog waits: one may be late. */
const BEATS = 3

/**
 * Tells the service manager that the rules stand, how the links are, and that this event loop goes round; each reload,
 * and the end (sd_notify(3)). Without one it does nothing.
 */
export function announce(manager: ServiceManager | null, life: Life): Observable<never> {
  if (manager === null) return EMPTY
  const { notify, watchdogMs } = manager
  const tell = tap<readonly string[]>(words => {
    notify(...words)
  })
  const beat$ = watchdogMs === null ? EMPTY : interval(watchdogMs / BEATS).pipe(map(() => ["WATCHDOG=1"]))
  const living$ = merge(readiness(life), statuses(life), beat$).pipe(takeUntil(life.stop$))
  const end$ = life.stop$.pipe(
    take(1),
    map(() => ["STOPPING=1", "STATUS=stopped; the rules stay"]),
  )
  return merge(living$, end$).pipe(tell, ignoreElements())
}

/** Ready once the rules stand, and again after each reload. */
function readiness(life: Life): Observable<readonly string[]> {
  const ready$ = standing(life).pipe(map(() => ["READY=1"]))
  const reloads$ = life.reload$.pipe(
    map(() => {
      const reloading = ["RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`]
      return concat(of(reloading), judged(life), ready$)
    }),
  )
  return reloads$.pipe(
    startWith(ready$),
    switchMap(next$ => next$),
  )
}

function statuses({ views }: Life): Observable<readonly string[]> {
  return interval(STATUS_MS).pipe(
    startWith(0),
    map(() => `STATUS=${statusLine(views())}`),
    distinctUntilChanged(),
    map(line => [line]),
  )
}

/** Completes when a new configuration was taken or refused. */
function judged({ told$ }: Life): Observable<never> {
  return told$.pipe(
    filter(({ type }) => type === "config.reloaded" || type === "config.rejected"),
    take(1),
    ignoreElements(),
  )
}

/** Emits once: when the rules of all families stand, or those of one do and the other's have had their time. */
function standing({ views, isIpv6Steered }: Life): Observable<unknown> {
  const looks$ = interval(LOOK_MS).pipe(startWith(0), map(views))
  const all$ = looks$.pipe(filter(now => areStanding(now, isIpv6Steered())))
  const some$ = looks$.pipe(filter(isSomeStanding), take(1), delay(PATIENCE_MS))
  return race(all$, some$).pipe(take(1))
}
