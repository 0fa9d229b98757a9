import { hostname } from "node:os"
import type { Logger } from "pino"
import {
  BehaviorSubject,
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  from,
  ignoreElements,
  merge,
  mergeMap,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  type Observable,
} from "rxjs"
import { loadConfig } from "../config/load.ts"
import { problemLine } from "../config/problems.ts"
import type { Config } from "../core/config.ts"
import { startWorld } from "../core/start.ts"
import { eventsBetween, reconfigure, type World } from "../core/world.ts"
import { readLastState } from "../journal/last-state.ts"
import { inForceNow } from "../system/in-force.ts"
import { version } from "../version.ts"
import { openDesk, type Desk } from "./desk.ts"
import { prepare, withFacts } from "./prepare.ts"
import type { Gateways } from "./readings.ts"
import { serve } from "./serve.ts"
import { keepState } from "./state.ts"
import { watchRouter, type View } from "./watch-router.ts"

export interface Signals {
  /** Replays: a stop that came while the agent was starting must not be missed. */
  readonly stop$: Observable<NodeJS.Signals>
  readonly reload$: Observable<unknown>
}

/** The agent: from taking the lock until `stop$`. Completes when all is written and closed; the rules stay. */
export function agent(file: string, config: Config, signals: Signals, log: Logger): Observable<never> {
  return defer(() => openDesk(file, config, log)).pipe(
    switchMap(desk => {
      const close$ = defer(() => desk.close()).pipe(ignoreElements())
      return concat(life(desk, config, signals), close$).pipe(
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

function life(desk: Desk, first: Config, { stop$, reload$ }: Signals): Observable<never> {
  const config$ = new BehaviorSubject(first)
  const view$ = new BehaviorSubject<View | null>(null)
  const reloads$ = reload$.pipe(
    concatMap(() => reread(desk, config$.value)),
    mergeMap(accepted => accepted),
    tap(config => {
      config$.next(config)
    }),
  )
  const configs$ = config$.pipe(takeUntil(stop$))
  const watched$ = configs$.pipe(
    concatMap(config =>
      watch(desk, config, view$.value, merge(stop$, config$.pipe(filter(newer => newer !== config)))),
    ),
    tap(view => {
      view$.next(view)
    }),
  )
  desk.tell({ type: "agent.started", version, pid: process.pid, backend: desk.backend.name })
  const stopped$ = stop$.pipe(
    take(1),
    tap(signal => {
      desk.tell({ type: "agent.stopped", reason: signal })
    }),
  )
  return merge(
    watched$,
    merge(reloads$, serve(desk, first, view$), keepState(desk, view$)).pipe(takeUntil(stop$)),
    stopped$,
  ).pipe(ignoreElements())
}

/** One configuration's time: from what was known before until a newer one, or the end. */
function watch(desk: Desk, config: Config, last: View | null, stop$: Observable<unknown>): Observable<View> {
  return from(begin(desk, config, last)).pipe(mergeMap(start => watchRouter(desk, start, stop$)))
}

async function begin(desk: Desk, config: Config, last: View | null): Promise<Omit<View, "isInSync">> {
  const { world, gateways } = last === null ? await inherit(desk, config) : continued(last, config)
  const reading = await prepare(desk, config, gateways)
  const start = withFacts(world, reading, performance.now())
  for (const event of eventsBetween(world, start)) desk.tell(event)
  return { world: start, gateways: reading.gateways, lastApply: last?.lastApply ?? null }
}

/** What the last agent left: its notes and the kernel's rules. */
async function inherit(desk: Desk, config: Config): Promise<{ world: World; gateways: Gateways }> {
  const notes = await readLastState(config.stateDir, desk.warn)
  const states = new Map(Object.entries(notes?.links ?? {}).map(([name, link]) => [name, link.state]))
  const inForce = await inForceNow(desk.backend)
  const world = startWorld(config, { inForce, states }, performance.now())
  return { world, gateways: new Map(Object.entries(notes?.gateways ?? {})) }
}

function continued({ world, gateways }: View, config: Config): { world: World; gateways: Gateways } {
  return { world: reconfigure(world, config, performance.now()), gateways }
}

/** A file that is refused changes nothing: the old configuration stays in force. */
async function reread(desk: Desk, current: Config): Promise<Config[]> {
  const { file } = desk
  const result = await loadConfig(file, { hostname: hostname() })
  const problems = result.ok ? fixedChanges(current, result.config) : result.problems.map(problemLine)
  if (!result.ok || problems.length > 0) {
    desk.tell({ type: "config.rejected", file, problems })
    return []
  }
  desk.tell({ type: "config.reloaded", file })
  return [result.config]
}

/** Settings that an agent takes once, when it starts. */
function fixedChanges(current: Config, next: Config): readonly string[] {
  const fixed = ["router", "site", "stateDir", "socket"] as const
  return fixed
    .filter(key => current[key] !== next[key])
    .map(key => `${key}: changed from ${current[key]} to ${next[key]}; this needs a restart`)
}
