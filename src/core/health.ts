import type { HealthSettings } from "./config.ts"
import type { LinkStateName } from "./link-state.ts"
import { evidenceOf, lifelessSinceMs, silentSinceMs, type Evidence } from "./evidence.ts"
import { obstacle, type Facts } from "./facts.ts"
import type { ProbeResult } from "./outcome.ts"
import { CALM, charge, relax, reuseMs, type Damping } from "./damping.ts"
import { GOOD, isGood, observeQuality, qualityReason, type Quality } from "./quality.ts"
import { beginSlowly, goOn, startShare, stepEndMs, type SlowStart } from "./slow-start.ts"
import { confirmPaceMs, isConfirmed, isDeadProbe, suspect, type Suspicion } from "./suspicion.ts"
import { isTakenBack, newTarget, observe, quorumAnswer, type TargetHealth } from "./target.ts"

/**
 * The health of one link: `unknown → up → down → up`, with `degraded` beside `up`.
 *
 * Down: no answer for `downAfter`, nor users' traffic that gets on, and a burst of probes that were all sent after the first miss stayed unanswered too.
 * Up again: answers for `upAfter`. Degraded: it answers, but the evidence of loss or slowness is beyond the settings.
 * All are pending changes first (`suspicion`, `recoverySinceMs`, `quality`); what is undecided is probed faster until it
 * settles. All times are monotonic milliseconds and arrive with the data.
 */
export interface LinkHealth {
  readonly name: string
  readonly state: LinkStateName
  readonly sinceMs: number
  readonly reason: string
  /** What decided the last change of state. */
  readonly evidence: Evidence
  readonly facts: Facts | null
  readonly targets: readonly TargetHealth[]
  /** Silence is counted from here while nothing has answered yet. */
  readonly watchedSinceMs: number
  /** When users' traffic last spoke against a suspicion; null: it never did. */
  readonly movedMs: number | null
  readonly suspicion: Suspicion | null
  /** When the last suspicion began, also after its verdict; null: there was none. */
  readonly suspectedMs: number | null
  /** Another link is about to be called dead, and this one has not answered since that began: it is asked at once. */
  readonly isCalled: boolean
  /** Since when a down link has been answering; null: it is not. */
  readonly recoverySinceMs: number | null
  readonly quality: Quality
  readonly damping: Damping
  /** Null: it may carry all of its share. */
  readonly slowStart: SlowStart | null
  /** The part (0..1) of its weight that new flows get now, or that it comes back with; 0: damped. */
  readonly share: number
}

export function newLink(name: string, probes: readonly string[], settings: HealthSettings, atMs: number): LinkHealth {
  const targets = probes.map(newTarget)
  const start = {
    state: "unknown",
    targets,
    watchedSinceMs: atMs,
    movedMs: null,
    recoverySinceMs: null,
    quality: GOOD,
  } as const
  return {
    ...start,
    name,
    sinceMs: atMs,
    reason: "not probed yet",
    evidence: evidenceOf(start, settings, atMs),
    facts: null,
    suspicion: null,
    suspectedMs: null,
    isCalled: false,
    damping: CALM,
    slowStart: null,
    share: 1,
  }
}

/** A link that was known dead before this agent started: it must prove itself like any other dead link. */
export function knownDead(link: LinkHealth, reason: string): LinkHealth {
  return { ...link, state: "down", reason }
}

export function onProbe(link: LinkHealth, result: ProbeResult, settings: HealthSettings): LinkHealth {
  const targets = link.targets.map(target => (target.probe === result.probe ? observe(target, result) : target))
  const suspicion = suspect({ ...link, targets }, result, settings)
  const quality = qualityAfter(link, targets, result, settings)
  const blind = link.state === "down" && isBlind(targets) ? startOver(result.atMs) : {}
  const suspectedMs = suspicion?.sinceMs ?? link.suspectedMs
  return judge({ ...link, targets, suspicion, suspectedMs, quality, ...blind }, settings, result.atMs)
}

/** A dead link has no quality until it begins to answer, and a dead target says nothing of it. */
function qualityAfter(
  link: LinkHealth,
  targets: readonly TargetHealth[],
  result: ProbeResult,
  settings: HealthSettings,
) {
  const before = link.targets.find(each => each.probe === result.probe)
  const isAsked = link.state !== "down" || link.recoverySinceMs !== null
  if (before === undefined || !isAsked || isDeadProbe(targets, result.probe, settings)) return link.quality
  return observeQuality(link.quality, targets, result, settings, isTakenBack(before, result))
}

/** Nothing can be asked at all. A link that nobody watches does not prove itself meanwhile. */
export function isBlind(targets: readonly TargetHealth[]): boolean {
  return targets.every(target => target.broken !== null)
}

export function onFacts(link: LinkHealth, facts: Facts, settings: HealthSettings, atMs: number): LinkHealth {
  const before = link.facts === null ? null : obstacle(link.facts)
  const isFree = before !== null && obstacle(facts) === null
  const fresh = isFree ? { ...startOver(atMs), reason: `${before} until now; waiting for answers` } : {}
  return judge({ ...link, ...fresh, facts }, settings, atMs)
}

/** Nothing that was seen before this moment says anything about the link from now on. */
function startOver(atMs: number) {
  return { watchedSinceMs: atMs, suspicion: null, recoverySinceMs: null }
}

/** Applies whatever time alone decides. */
export function judge(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const judged = verdict(link, settings, atMs)
  const damping = relax(judged.damping, settings, atMs)
  const slowStart = goOn(judged.slowStart, settings, atMs)
  const share = shareOf({ ...judged, damping, slowStart }, settings)
  const isSame = share === judged.share && damping === judged.damping && slowStart === judged.slowStart
  return isSame ? judged : { ...judged, damping, slowStart, share }
}

function shareOf({ state, damping, slowStart }: LinkHealth, { degraded }: HealthSettings): number {
  if (damping.isDamped) return 0
  if (state === "down") return startShare(beginSlowly(0))
  return startShare(slowStart) * (state === "degraded" ? degraded.share : 1)
}

function verdict(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const stuck = link.facts === null ? null : obstacle(link.facts)
  if (stuck !== null) return link.reason === stuck ? link : enter(link, "down", stuck, settings, atMs)
  if (isSilent(link, settings, atMs)) return onSilence(link, settings, atMs)
  if (link.state === "unknown") return onFirstAnswer(link, settings, atMs)
  return link.state === "down" ? onRecovery(link, settings, atMs) : onQuality(link, settings, atMs)
}

/** The next moment at which `judge` could say something new without new data; null: never. */
export function deadlineMs(link: LinkHealth, settings: HealthSettings): number | null {
  const { damping, slowStart } = link
  const deadlines = [
    stateDeadlineMs(link, settings),
    damping.isDamped ? reuseMs(damping, settings) : null,
    slowStart === null ? null : stepEndMs(slowStart, settings),
  ].filter(ms => ms !== null)
  return deadlines.length === 0 ? null : Math.min(...deadlines)
}

function stateDeadlineMs(link: LinkHealth, settings: HealthSettings): number | null {
  if (link.suspicion !== null)
    return isConfirmed(link.suspicion) ? lifelessSinceMs(link, settings) + settings.downAfterMs : null
  return link.recoverySinceMs === null ? null : link.recoverySinceMs + settings.upAfterMs
}

/** A pending change is probed faster until it settles; a prober that cannot ask would settle nothing by asking faster. */
export function paceMs(link: LinkHealth, settings: HealthSettings): number {
  const isPending = link.suspicion !== null || link.isCalled || link.quality.isMeasuring
  return isPending && !isBlind(link.targets) ? confirmPaceMs(settings) : settings.intervalMs
}

function isSilent(link: LinkHealth, settings: HealthSettings, atMs: number): boolean {
  if (link.suspicion === null || !isConfirmed(link.suspicion)) return false
  return atMs - lifelessSinceMs(link, settings) >= settings.downAfterMs
}

function onSilence(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  if (link.state === "down") return { ...link, ...startOver(atMs) }
  const who = settings.quorum === 1 ? "no target" : `fewer than ${settings.quorum} targets`
  return enter(link, "down", `${who} answered for ${seconds(atMs - silentSinceMs(link, settings))}`, settings, atMs)
}

function onFirstAnswer(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  if (quorumAnswer(link.targets, settings.quorum) === null) return link
  return enter(link, "up", "its targets answer", settings, atMs)
}

function onRecovery(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const since = link.recoverySinceMs ?? recoveryStart(link, settings)
  const recovering = { ...link, recoverySinceMs: since }
  const isDue = since !== null && link.suspicion === null && atMs - since >= settings.upAfterMs
  if (!isDue || isStale(link, settings, atMs)) return recovering
  const damped = link.damping.isDamped ? "; damped, for it went down too often" : ""
  const back = enter(recovering, "up", `its targets answered for ${seconds(atMs - since)}${damped}`, settings, atMs)
  return { ...back, slowStart: beginSlowly(atMs) }
}

/** Of a link that is suspected to be silent, that is the question; how well it answers comes after it. */
function onQuality(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const state = isGood(link.quality) ? "up" : "degraded"
  if (link.suspicion !== null || state === link.state) return link
  return enter(link, state, qualityReason(link.quality), settings, atMs)
}

/** A clock that ran on while this process stood still proves nothing: the next answer decides. Each round asks every target once. */
function isStale(link: LinkHealth, settings: HealthSettings, atMs: number): boolean {
  const roundMs = link.targets.length * settings.intervalMs
  return atMs - silentSinceMs(link, settings) > settings.downAfterMs + roundMs
}

/** Recovery starts with the first answer after the verdict, or after the obstacle went away. */
function recoveryStart(link: LinkHealth, settings: HealthSettings): number | null {
  const answerMs = quorumAnswer(link.targets, settings.quorum)
  return answerMs !== null && answerMs > Math.max(link.sinceMs, link.watchedSinceMs) ? answerMs : null
}

function enter(
  link: LinkHealth,
  state: LinkStateName,
  reason: string,
  settings: HealthSettings,
  atMs: number,
): LinkHealth {
  const evidence = evidenceOf(link, settings, atMs)
  const sinceMs = link.state === state ? link.sinceMs : atMs
  const settled = { ...link, state, reason, evidence, sinceMs, suspicion: null, recoverySinceMs: null }
  return state === "down" ? { ...settled, ...afterFailure(link, settings, atMs) } : settled
}

/** Only a link that was in service has failed. What it spent on measuring is spent: a failure is no new minute. */
function afterFailure({ state, damping, quality }: LinkHealth, settings: HealthSettings, atMs: number) {
  const hasFailed = state === "up" || state === "degraded"
  const forgotten = { ...GOOD, credit: quality.credit, lastSentMs: quality.lastSentMs }
  return { quality: forgotten, slowStart: null, damping: hasFailed ? charge(damping, settings, atMs) : damping }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
