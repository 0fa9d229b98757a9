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
  const say$ = (news$: Observable<unknown>, ...words: readonly string[]) => news$.pipe(tap(() => notify(...words)))
  const ready$ = say$(standing(life), "READY=1")
  const reload$ = life.reload$.pipe(
    tap(() => notify("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)),
    map(() => concat(judged(life), ready$)),
  )
  const readiness$ = reload$.pipe(
    startWith(ready$),
    switchMap(next$ => next$),
  )
  const beat$ = watchdogMs === null ? EMPTY : say$(interval(watchdogMs / BEATS), "WATCHDOG=1")
  const status$ = interval(STATUS_MS).pipe(
    startWith(0),
    map(() => statusLine(life.views())),
    distinctUntilChanged(),
    tap(line => notify(`STATUS=${line}`)),
  )
  const end$ = say$(life.stop$.pipe(take(1)), "STOPPING=1", "STATUS=stopped; the rules stay")
  return merge(merge(readiness$, beat$, status$).pipe(takeUntil(life.stop$)), end$).pipe(ignoreElements())
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
