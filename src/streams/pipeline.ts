import {
  BehaviorSubject,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  mergeAll,
  mergeMap,
  pairwise,
  scan,
  startWith,
  switchMap,
  takeUntil,
  tap,
  timer,
  withLatestFrom,
  type Observable,
} from "rxjs"
import type { Config } from "../core/config.ts"
import type { Family } from "../core/ip-family.ts"
import { rulesFailed, type EventDraft } from "../core/events.ts"
import type { Facts } from "../core/facts.ts"
import type { FamilyConfig } from "../core/family.ts"
import type { Rumour } from "../core/hints.ts"
import { isSameWanted, type Wanted } from "../core/wanted.ts"
import { nextDeadlineMs, step, type Input, type World } from "../core/world.ts"
import { eventsBetween } from "../core/world-events.ts"
import { applyLatest } from "./apply-latest.ts"
import { linkHealths, type LinkHealths } from "./link-healths.ts"
import { overhear, type OverhearLink } from "./overhear.ts"
import { poll, type ProbeLink } from "./poll.ts"
import { unrepeated } from "./unrepeated.ts"

/** What the pipeline is given to see and to act with. */
export interface Effects {
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly probe: ProbeLink
  readonly overhear: OverhearLink
  /** What other routers say of the lines. */
  readonly rumours$: Observable<Rumour>
  /** The configuration with the weights, drains and pins that operators decide, whenever they do. */
  readonly steering$: Observable<FamilyConfig>
  /** What the kernel says of the links, whenever it changed. */
  readonly facts$: Observable<ReadonlyMap<string, Facts>>
  /** Makes the kernel's rules what is wanted; yields what is worth telling about it. */
  readonly enforce: (wanted: Wanted) => Observable<EventDraft>
  /** Each tick has the current plan enforced again, whoever changed the rules meanwhile. */
  readonly resync$: Observable<unknown>
  /** Ends the pipeline; rules that are being written are finished first. */
  readonly stop$: Observable<unknown>
}

export type Happening =
  { readonly kind: "world"; readonly world: World } | { readonly kind: "event"; readonly event: EventDraft }

/** The whole way from a probe on the wire to a rule in the kernel. */
export function pipeline(start: World, effects: Effects): Observable<Happening> {
  return defer(() => {
    const world$ = new BehaviorSubject(start)
    const healths = linkHealths(start)
    const inputs$ = merge(
      probes(start.config, healths, effects),
      traffic(start.config, healths, effects),
      rumours(start.config, effects),
      facts(effects),
      effects.steering$.pipe(map(config => ({ kind: "steering", config }) as const)),
      deadlines(world$, effects.now),
    )
    const worlds$ = inputs$.pipe(
      scan(step, start),
      tap(world => {
        healths.next(world)
        world$.next(world)
      }),
      takeUntil(effects.stop$),
    )
    return worlds$.pipe(
      // Everybody listens before the first input comes: facts that are known already come at once.
      connect(worlds$ =>
        merge(rules(worlds$.pipe(startWith(start)), start.config.family, effects), changes(worlds$, start, effects)),
      ),
      finalize(() => {
        healths.complete()
        world$.complete()
      }),
    )
  })
}

/** Every link's answers, merged: combining them would wait for the silent link, exactly the one that is down. */
function probes({ links, health }: Config, healths: LinkHealths, { probe, now }: Effects): Observable<Input> {
  const asked = links.filter(link => link.probes.length > 0)
  return merge(...asked.map(link => poll(link, health, healths.of(link), probe, now)))
}

/** What users' connections say of the links that are in doubt. */
function traffic({ links }: Config, healths: LinkHealths, { overhear: listen, now }: Effects): Observable<Input> {
  return merge(...links.map(link => overhear(link, healths.of(link), listen, now)))
}

/** What is said of a line concerns each link that is that line. */
function rumours({ links }: Config, { rumours$, now }: Effects): Observable<Input> {
  return rumours$.pipe(
    mergeMap(({ line, ...rumour }) =>
      links.filter(link => link.line === line).map(({ name }) => ({ ...rumour, link: name })),
    ),
    map(rumour => ({ ...rumour, atMs: now() })),
  )
}

function facts({ facts$, now }: Effects): Observable<Input> {
  return facts$.pipe(map(facts => ({ kind: "facts", facts, atMs: now() }) as const))
}

/** Wakes the world at the moment when time alone decides something. A timer may fire up to 1 ms early. */
function deadlines(world$: Observable<World>, now: () => number): Observable<Input> {
  return world$.pipe(
    map(nextDeadlineMs),
    distinctUntilChanged(),
    switchMap(atMs => (atMs === null ? EMPTY : timer(Math.max(0, atMs - now()) + 1))),
    map(() => ({ kind: "tick", atMs: now() }) as const),
  )
}

function rules(
  worlds$: Observable<World>,
  family: Family,
  { enforce, resync$, stop$ }: Effects,
): Observable<Happening> {
  const wanted$ = worlds$.pipe(map(({ config, plan }): Wanted => ({ config, plan })))
  const changed$ = wanted$.pipe(distinctUntilChanged(isSameWanted))
  const again$ = resync$.pipe(
    withLatestFrom(wanted$),
    map(([, wanted]) => wanted),
    takeUntil(stop$),
  )
  return merge(changed$, again$).pipe(
    applyLatest(enforce, isSameWanted),
    map(attempt => (attempt.ok ? attempt.result : rulesFailed(family, attempt.error, attempt.retryMs))),
    map(event => ({ kind: "event", event }) as const),
  )
}

/** Each world is told before the events that led to it. */
function changes(worlds$: Observable<World>, start: World, { now }: Effects): Observable<Happening> {
  return merge(
    worlds$.pipe(map(world => ({ kind: "world", world }) as const)),
    worlds$.pipe(
      startWith(start),
      pairwise(),
      map(([before, world]) => eventsBetween(before, world)),
      filter(events => events.length > 0),
      mergeAll(),
      unrepeated(now),
      map(event => ({ kind: "event", event }) as const),
    ),
  )
}
