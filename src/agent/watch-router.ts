import { isDeepStrictEqual } from "node:util"
import {
  catchError,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  from,
  map,
  merge,
  mergeMap,
  scan,
  share,
  startWith,
  takeUntil,
  tap,
  type Observable,
} from "rxjs"
import { overhear, probe } from "../../probes/index.ts"
import { rulesFailed, type EventDraft } from "../core/events.ts"
import { familyName, type FamilyConfig } from "../core/family.ts"
import type { Rumour } from "../core/hints.ts"
import type { Status } from "../core/status-shape.ts"
import { hasSamePolicies } from "../core/wanted.ts"
import type { World } from "../core/world.ts"
import { applyLatest, type Attempt } from "../streams/apply-latest.ts"
import { pipeline } from "../streams/pipeline.ts"
import { enforceRouting, type Keeping } from "../system/enforce-routing.ts"
import { createEnforcer } from "../system/enforce.ts"
import { forFamily } from "../system/iptables.ts"
import { ruleChanges } from "../system/rule-watch.ts"
import type { Desk } from "./desk.ts"
import { forgetOld } from "./forget-old.ts"
import { lastAddresses } from "./last-addresses.ts"
import { readings, type Gateways, type Reading } from "./readings.ts"

/** What the agent knows of one family at one moment. */
export interface View {
  readonly world: World
  readonly gateways: Gateways
  readonly lastApply: Status["lastApply"]
  /** Rules and routes are known to be in the kernel as they should be. */
  readonly isInSync: () => boolean
}

/** What comes from elsewhere than the links. */
interface News {
  readonly rumours$: Observable<Rumour>
  /** The configuration with what operators decide, whenever that changes. */
  readonly steering$: Observable<FamilyConfig>
}

/**
 * Watches and steers one family of the router by the configuration of `start` until `stop$`. Emits the view whenever it
 * changes.
 */
export function watchRouter(
  desk: Desk,
  start: Omit<View, "isInSync">,
  { rumours$, steering$ }: News,
  stop$: Observable<unknown>,
): Observable<View> {
  const { config } = start.world
  let isRouted = true
  let routedFor = config
  const isInSync = () => isRouted && rules.isInSync()
  const addresses = lastAddresses(start.gateways)
  const backend = forFamily(desk.backend, config.family)
  const rules = createEnforcer(backend, desk.warn, addresses.of)
  const readings$ = readings(config, start.gateways, desk.warn).pipe(tap(addresses.see), takeUntil(stop$), share())
  const news$ = readings$.pipe(distinctUntilChanged<Reading>(isDeepStrictEqual))
  const seen$ = combineLatest([readings$, steering$.pipe(takeUntil(stop$))])
  const routed$ = routing(seen$, desk).pipe(share())
  const happenings$ = pipeline(start.world, {
    now: () => performance.now(),
    // Counting costs little, and nothing where nobody asks.
    probe: config.web === null ? probe : desk.tallies.counting(familyName(config.family), probe),
    overhear: link => overhear(link, config.family).pipe(catchError(unheard(desk))),
    rumours$,
    // Marks are set only once there are rules for them.
    steering$: routed$.pipe(
      map(({ value: [, steered] }) => steered),
      distinctUntilChanged(),
    ),
    facts$: news$.pipe(map(reading => reading.facts)),
    enforce: rules.enforce,
    resync$: merge(ruleChanges(backend, desk.warn), rules.setsCome$),
    stop$,
  })
  const changes$ = merge(
    happenings$.pipe(
      map(happening => (happening.kind === "world" ? { world: happening.world } : told(desk, happening.event))),
    ),
    news$.pipe(map(({ gateways }) => ({ gateways }))),
    forgetOld(config, news$, desk.warn),
    routed$.pipe(
      tap(attempt => (isRouted = attempt.ok)),
      mergeMap(attempt => {
        const events = routingEvents(routedFor, attempt)
        routedFor = attempt.value[1]
        return events.map(event => told(desk, event))
      }),
    ),
  )
  return changes$.pipe(
    scan((view: View, change: Partial<View>) => ({ ...view, ...change }), { ...start, isInSync }),
    startWith({ ...start, isInSync }),
  )
}

/** Links are judged by their probes alone then, and every suspicion would tell of it again. */
function unheard({ log }: Desk): (error: unknown) => Observable<never> {
  return error => {
    log.debug({ error: String(error) }, "users' traffic cannot be overheard")
    return EMPTY
  }
}

/** Puts the event into the journal; yields what it changes in the view. */
function told(desk: Desk, event: EventDraft): Partial<View> {
  desk.tell(event)
  if (event.type !== "weights.applied") return {}
  return { lastApply: { time: new Date().toISOString(), tookMs: event.tookMs } }
}

/**
 * Every reading is compared with what routing should be, also one like the last, so whoever took a rule, a route or a
 * sysctl away, and however often, it comes back.
 */
function routing(seen$: Observable<Seen>, keeping: Keeping): Observable<Attempt<Seen, readonly string[]>> {
  const enforce = ([{ snapshot, facts }, config]: Seen) => from(enforceRouting(config, snapshot, facts, keeping))
  return seen$.pipe(applyLatest(enforce, isDeepStrictEqual))
}

/** The router, and the configuration with what operators have decided. */
type Seen = readonly [Reading, FamilyConfig]

/** `before`: the configuration of the attempt before this one. What another one asks for is nothing to be mended. */
function routingEvents(before: FamilyConfig, attempt: Attempt<Seen, readonly string[]>): readonly EventDraft[] {
  if (!attempt.ok) return [rulesFailed(before.family, attempt.error, attempt.retryMs)]
  const isMended = attempt.result.length > 0 && hasSamePolicies(before, attempt.value[1])
  return isMended ? [{ type: "rules.repaired", family: familyName(before.family), what: attempt.result }] : []
}
