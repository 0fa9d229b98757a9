import { distinctUntilChanged, map, mergeMap, switchMap, timer, withLatestFrom, type Observable } from "rxjs"
import type { HealthSettings, LinkConfig } from "../core/config.ts"
import { probeName, type ProbeSpec } from "../core/probe-spec.ts"
import type { LinkHealth } from "../core/link-health.ts"
import type { Outcome, ProbeResult } from "../core/outcome.ts"
import { paceMs } from "../core/pace.ts"
import { LATE_MS } from "../core/rtt.ts"
import { answerTimeoutMs } from "../core/answer-timeout.ts"
import type { TargetHealth } from "../core/target.ts"
import { targetToAsk } from "../core/turns.ts"

/** How long a probe waits: silence for `timeoutMs` is a miss; an answer until `lateMs` takes the miss back. */
export interface Limits {
  readonly timeoutMs: number
  readonly lateMs: number
}

/** Asks a target over a link. Never errors; a late reply follows the miss that it takes back, or confirms. */
export type ProbeLink = (link: LinkConfig, spec: ProbeSpec, limits: Limits) => Observable<Outcome>

/**
 * Probes one link for ever, one target after another, at the pace that its health asks for. A probe that is still
 * unanswered does not hold up the next one.
 */
export function poll(
  link: LinkConfig,
  settings: HealthSettings,
  health$: Observable<LinkHealth>,
  probe: ProbeLink,
  now: () => number,
): Observable<ProbeResult> {
  return health$.pipe(
    map(health => paceMs(health, settings)),
    distinctUntilChanged(),
    switchMap((pace, change) => timer(pace === settings.intervalMs && change > 0 ? pace : 0, pace)),
    withLatestFrom(health$),
    mergeMap(([, health], turn) => ask(link, settings, health, targetToAsk(health, settings, turn), probe, now)),
  )
}

function ask(
  link: LinkConfig,
  settings: HealthSettings,
  { targets }: LinkHealth,
  target: TargetHealth,
  probe: ProbeLink,
  now: () => number,
): Observable<ProbeResult> {
  const spec = link.probes.find(each => probeName(each) === target.probe)
  if (spec === undefined) throw new Error(`${link.name} has no probe ${target.probe}`)
  const timeoutMs = answerTimeoutMs(target, targets, settings)
  const sentMs = now()
  const limits = { timeoutMs, lateMs: Math.max(timeoutMs, LATE_MS) }
  return probe(link, spec, limits).pipe(
    map(outcome => ({ kind: "probe", link: link.name, probe: target.probe, sentMs, atMs: now(), outcome }) as const),
  )
}
