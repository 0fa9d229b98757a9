import {
  concat,
  defer,
  delay,
  distinctUntilChanged,
  EMPTY,
  filter,
  first,
  ignoreElements,
  interval,
  map,
  merge,
  race,
  shareReplay,
  skipUntil,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  type Observable,
} from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import type { ServiceManager } from "../system/service-manager.ts"
import { areStanding, statusLine } from "./service-status.ts"
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
/** Lasting trouble (`rules.failed`, a read-only /proc/sys) is told of, and is no reason to kill who works around it. */
const PATIENCE_MS = 10_000
/** Until READY=1 could be sent: the service manager kills who never says it. */
const RETRY_MS = 1_000
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
  const news$ = merge(statuses(life), beat$).pipe(tell)
  const living$ = merge(readiness(manager, life), news$).pipe(takeUntil(life.stop$))
  const end$ = life.stop$.pipe(
    take(1),
    map(() => ["STOPPING=1", "STATUS=stopped; the rules stay"]),
    tell,
  )
  return merge(living$, end$).pipe(ignoreElements())
}

/** Ready once the agent steers, and again after each reload; one that comes before is part of the start. */
function readiness({ notify }: ServiceManager, life: Life): Observable<unknown> {
  const ready$ = timer(0, RETRY_MS).pipe(
    map(() => notify("READY=1")),
    first(isSent => isSent),
  )
  const begun$ = standing(life, null).pipe(
    switchMap(() => ready$),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  const reload$ = defer(() => {
    notify("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
    return judged(life).pipe(switchMap(old => standing(life, old)))
  })
  const reloads$ = life.reload$.pipe(
    skipUntil(begun$),
    switchMap(() => concat(reload$, ready$)),
  )
  return merge(reloads$, begun$)
}

function statuses({ views }: Life): Observable<readonly string[]> {
  return interval(STATUS_MS).pipe(
    startWith(0),
    map(() => `STATUS=${statusLine(views())}`),
    distinctUntilChanged(),
    map(line => [line]),
  )
}

/** Emits once, when a new configuration was taken or refused: the views that are out of date then, null where none are. */
function judged({ told$, views }: Life): Observable<Views | null> {
  return told$.pipe(
    filter(({ type }) => type === "config.reloaded" || type === "config.rejected"),
    take(1),
    // Views by the new one come after the event.
    map(({ type }) => (type === "config.reloaded" ? views() : null)),
  )
}

/** Emits once: when the rules of all families stand by other views than `old`, or have had their time. */
function standing({ views, isIpv6Steered }: Life, old: Views | null): Observable<unknown> {
  const looks$ = interval(LOOK_MS).pipe(
    startWith(0),
    map(views),
    filter(now => now !== null && now !== old),
  )
  const all$ = looks$.pipe(filter(now => areStanding(now, isIpv6Steered())))
  const late$ = looks$.pipe(take(1), delay(PATIENCE_MS))
  return race(all$, late$).pipe(take(1))
}
