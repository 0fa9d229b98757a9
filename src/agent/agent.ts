import type { Logger } from "pino"
import {
  BehaviorSubject,
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  type Observable,
} from "rxjs"
import type { Config } from "../core/config.ts"
import { viewOf } from "../core/family.ts"
import { familiesHere } from "../system/families.ts"
import { serviceManager } from "../system/service-manager.ts"
import { alerting } from "./alerting.ts"
import { announce } from "./announce.ts"
import { keepTaken, tellStart, type Beginning } from "./beginning.ts"
import { openDesk, type Desk } from "./desk.ts"
import { keptForStart, type Kept } from "./kept-overrides.ts"
import { reloads } from "./reload.ts"
import { agentOf, serve } from "./serve.ts"
import { createSharing, type Sharing } from "./sharing.ts"
import { keepState } from "./state.ts"
import { createSteering, type Found, type Steering } from "./steering.ts"
import { watchFamilies, type Views } from "./watch-families.ts"
import { web } from "./web.ts"

/** Both replay their newest: a signal that came while the agent was starting must not be missed. */
export interface Signals {
  readonly stop$: Observable<NodeJS.Signals>
  readonly reload$: Observable<unknown>
}

/** The agent: from taking the lock until `stop$`. Completes when all is written and closed; the rules stay. */
export function agent(beginning: Beginning, signals: Signals, log: Logger): Observable<never> {
  const { file, config } = beginning
  return defer(() => openDesk(file, config, log)).pipe(
    switchMap(desk => {
      const close$ = defer(() => desk.close()).pipe(ignoreElements())
      const kept$ = keptForStart(config, desk, signals.stop$)
      const life$ = kept$.pipe(
        take(1),
        switchMap(kept => life(desk, beginning, { kept, late$: later(kept$, kept) }, signals)),
      )
      return concat(life$, close$).pipe(
        catchError((error: unknown) =>
          concat(
            close$,
            throwError(() => error),
          ),
        ),
      )
    }),
  )
}

/** What there is to be known beyond the first. */
function later(kept$: Observable<Kept | null>, first: Kept | null): Observable<Kept> {
  return kept$.pipe(filter((kept): kept is Kept => kept !== null && kept !== first))
}

function life(desk: Desk, beginning: Beginning, found: Found, { stop$, reload$ }: Signals): Observable<never> {
  const { config: initial, text } = beginning
  const config$ = new BehaviorSubject(initial)
  const text$ = new BehaviorSubject(text)
  const views$ = new BehaviorSubject<Views | null>(null)
  const since = new Date().toISOString()
  tellStart(desk, beginning)
  const reloaded$ = reloads(desk, () => config$.value, reload$).pipe(
    tap(({ config, text }) => {
      config$.next(config)
      text$.next(text)
    }),
  )
  const sharing = createSharing({ desk, config$, view$: views$.pipe(map(views => views?.ipv4 ?? null)), since })
  const steering = createSteering(found, { desk, stateDir: initial.stateDir, config$ })
  const self = agentOf(desk, { views$, sharing, steering, since })
  const served$ = merge(serve(desk, initial, self), web(desk, config$, self))
  const announced$ = announce(serviceManager(process.env, process.pid, desk.warn), {
    views: () => views$.value,
    isIpv6Steered: () => viewOf(config$.value, 6).links.length > 0 && familiesHere().includes(6),
    told$: desk.told$,
    stop$,
    reload$,
  })
  const kept$ = merge(keepState(desk, views$), keepTaken(desk, initial.stateDir, text$, views$))
  const beside$ = merge(reloaded$, served$, kept$, sharing.run$, steering.run$).pipe(takeUntil(stop$))
  const watching$ = watching(desk, config$, { views$, sharing, steering }, stop$)
  return merge(watching$, beside$, announced$, farewell(desk, stop$), alerting(desk, config$, stop$)).pipe(
    ignoreElements(),
  )
}

/** What is known at each moment. */
interface Known {
  readonly views$: BehaviorSubject<Views | null>
  readonly sharing: Pick<Sharing, "rumours$">
  readonly steering: Pick<Steering, "overrides$" | "current">
}

/** One configuration after another: each is watched by until a newer one comes, and what it is writing is finished first. */
function watching(
  desk: Desk,
  config$: Observable<Config>,
  { views$, sharing: { rumours$ }, steering }: Known,
  stop$: Observable<unknown>,
): Observable<Views> {
  const configs$ = config$.pipe(takeUntil(stop$))
  return configs$.pipe(
    concatMap(config => {
      const newer$ = config$.pipe(filter(newer => newer !== config))
      return watchFamilies(desk, config, { last: views$.value, rumours$, steering }, merge(stop$, newer$))
    }),
    tap(views => {
      views$.next(views)
    }),
  )
}

function farewell(desk: Desk, stop$: Observable<NodeJS.Signals>): Observable<unknown> {
  return stop$.pipe(
    take(1),
    tap(signal => {
      desk.tell({ type: "agent.stopped", reason: signal })
    }),
  )
}
