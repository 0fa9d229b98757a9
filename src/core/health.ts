import type { HealthSettings } from "./config.ts"
import type { LinkStateName } from "./link-state.ts"
import { evidenceOf, silentSinceMs, type Evidence } from "./evidence.ts"
import { obstacle, type Facts } from "./facts.ts"
import type { ProbeResult } from "./outcome.ts"
import { isDead, newTarget, observe, quorumAnswer, type TargetHealth } from "./target.ts"

/**
 * The health of one link: `unknown → up → down → up`.
 *
 * Down: no answer for `downAfter`, and a burst of probes that were all sent after the first miss stayed unanswered too.
 * Up again: answers for `upAfter`. Both are pending changes first (`suspicion`, `recoverySinceMs`); a suspicion is probed
 * faster until it settles. All times are monotonic milliseconds and arrive with the data.
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
  readonly suspicion: Suspicion | null
  /** Since when a down link has been answering; null: it is not. */
  readonly recoverySinceMs: number | null
}

/** Raised by a miss, settled by an answer or by the verdict "down". */
interface Suspicion {
  readonly sinceMs: number
  /** Unanswered probes among those sent since. */
  readonly lost: number
}

/** So many unanswered burst probes confirm a silence: at 30 % random loss that is 6 in a million by chance. */
export const CONFIRM_PROBES = 10

/** The burst fits into the time that `downAfter` gives it; below 20 ms a modem may start to drop. */
export function confirmPaceMs(settings: HealthSettings): number {
  return Math.min(settings.intervalMs, Math.max(20, settings.downAfterMs / 25))
}

export function newLink(name: string, probes: readonly string[], settings: HealthSettings, atMs: number): LinkHealth {
  const targets = probes.map(newTarget)
  const start = { state: "unknown", targets, watchedSinceMs: atMs, recoverySinceMs: null } as const
  return {
    ...start,
    name,
    sinceMs: atMs,
    reason: "not probed yet",
    evidence: evidenceOf(start, settings, atMs),
    facts: null,
    suspicion: null,
  }
}

/** A link that was known dead before this agent started: it must prove itself like any other dead link. */
export function knownDead(link: LinkHealth, reason: string): LinkHealth {
  return { ...link, state: "down", reason }
}

export function onProbe(link: LinkHealth, result: ProbeResult, settings: HealthSettings): LinkHealth {
  const targets = link.targets.map(target => (target.probe === result.probe ? observe(target, result) : target))
  const suspicion = suspect({ ...link, targets }, result, settings)
  const blind = link.state === "down" && isBlind(targets) ? startOver(result.atMs) : {}
  return judge({ ...link, targets, suspicion, ...blind }, settings, result.atMs)
}

/** Nothing can be asked at all. A link that nobody watches does not prove itself meanwhile. */
function isBlind(targets: readonly TargetHealth[]): boolean {
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
  const stuck = link.facts === null ? null : obstacle(link.facts)
  if (stuck !== null) return link.reason === stuck ? link : enter(link, "down", stuck, settings, atMs)
  if (isSilent(link, settings, atMs)) return onSilence(link, settings, atMs)
  if (link.state === "unknown") return onFirstAnswer(link, settings, atMs)
  return link.state === "down" ? onRecovery(link, settings, atMs) : link
}

/** The next moment at which `judge` could say something new without new data; null: never. */
export function deadlineMs(link: LinkHealth, settings: HealthSettings): number | null {
  if (link.suspicion !== null)
    return isConfirmed(link.suspicion) ? silentSinceMs(link, settings) + settings.downAfterMs : null
  return link.recoverySinceMs === null ? null : link.recoverySinceMs + settings.upAfterMs
}

/** A pending change is probed faster until it settles; a prober that cannot ask would settle nothing by asking faster. */
export function paceMs(link: LinkHealth, settings: HealthSettings): number {
  return link.suspicion === null || isBlind(link.targets) ? settings.intervalMs : confirmPaceMs(settings)
}

/** A dead target is looked at this seldom: its turns would only delay the notice of a dead link. */
const DEAD_TARGET_TURN = 8

/**
 * Whom to ask at this turn, counted from 0: the living targets in rotation, and now and then a dead one, to see whether
 * it is back. A burst leaves those out: they could confirm nothing.
 */
export function targetToAsk({ suspicion, targets }: LinkHealth, settings: HealthSettings, turn: number): TargetHealth {
  const dead = targets.filter(target => isDead(target, targets, settings))
  const alive = targets.filter(target => !dead.includes(target))
  const isTheirs = suspicion === null && dead.length > 0 && turn % DEAD_TARGET_TURN === 0
  const target = isTheirs ? inTurn(dead, turn / DEAD_TARGET_TURN) : inTurn(alive, turn)
  if (target === undefined) throw new Error("a link without targets cannot be asked about")
  return target
}

function inTurn<T>(list: readonly T[], turn: number): T | undefined {
  return list[turn % list.length]
}

function suspect(link: LinkHealth, result: ProbeResult, settings: HealthSettings): Suspicion | null {
  const { suspicion } = link
  if (result.outcome.kind === "reply") return answeredSince(link, settings, suspicion) ? null : suspicion
  if (result.outcome.kind === "broken" || isDeadProbe(link, result.probe, settings)) return suspicion
  if (suspicion === null) return canFail(link) ? { sinceMs: result.atMs, lost: 0 } : null
  return result.sentMs < suspicion.sinceMs ? suspicion : { ...suspicion, lost: suspicion.lost + 1 }
}

/** A dead link that does not even answer has nothing to lose. */
function canFail(link: LinkHealth): boolean {
  return link.state !== "down" || link.recoverySinceMs !== null
}

function answeredSince(link: LinkHealth, settings: HealthSettings, suspicion: Suspicion | null): boolean {
  return suspicion !== null && (quorumAnswer(link.targets, settings.quorum) ?? -Infinity) >= suspicion.sinceMs
}

function isDeadProbe({ targets }: LinkHealth, probe: string, settings: HealthSettings): boolean {
  return targets.some(target => target.probe === probe && isDead(target, targets, settings))
}

function isConfirmed(suspicion: Suspicion): boolean {
  return suspicion.lost >= CONFIRM_PROBES
}

function isSilent(link: LinkHealth, settings: HealthSettings, atMs: number): boolean {
  if (link.suspicion === null || !isConfirmed(link.suspicion)) return false
  return atMs - silentSinceMs(link, settings) >= settings.downAfterMs
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
  return enter(recovering, "up", `its targets answered for ${seconds(atMs - since)}`, settings, atMs)
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
  return { ...link, state, reason, evidence, sinceMs, suspicion: null, recoverySinceMs: null }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
