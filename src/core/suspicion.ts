import type { HealthSettings } from "./config.ts"
import type { LinkStateName } from "./link-state.ts"
import type { ProbeResult } from "./outcome.ts"
import { MAX_TIMEOUT_MS, type RoundTrips } from "./rtt.ts"
import type { TargetHealth } from "./target.ts"
import { newestAnswer, quorumAnswer } from "./targets.ts"

/** Raised by a miss, settled by an answer or by the verdict "down". */
export interface Suspicion {
  readonly sinceMs: number
  /** When the probe was sent whose miss raised it: the line was silent by then, if it is. */
  readonly sentMs: number
  /** Unanswered probes among those sent since, and the last of them: those that a short outage would not have lost. */
  readonly lost: number
  readonly lastLost: number
  /** When the probe was sent whose miss confirmed the silence; null: not confirmed yet. */
  readonly confirmedMs: number | null
  /** The router that has seen this line fail; null: none has. */
  readonly hintedBy: string | null
}

/** So many unanswered burst probes confirm a silence: at 30 % random loss that is 6 in a million by chance. */
export const CONFIRM_PROBES = 10
/** So many of them must have been sent when a short outage would be over: what is back is heard by one or the other. */
export const LAST_PROBES = 4

/** The burst fits into the time that `downAfter` gives it; below 20 ms a modem may start to drop. */
export function confirmPaceMs({ intervalMs, downAfterMs }: HealthSettings): number {
  return Math.min(intervalMs, Math.max(20, downAfterMs / 50))
}

/** Of a line that another router has seen fail, so much silence is enough: time to ask ten times. */
const HINTED_SILENCE_MS = 300
const HINTED_PACE_MS = HINTED_SILENCE_MS / CONFIRM_PROBES

export function suspicionPaceMs({ hintedBy }: Suspicion, settings: HealthSettings): number {
  const paceMs = confirmPaceMs(settings)
  return hintedBy === null ? paceMs : Math.min(paceMs, HINTED_PACE_MS)
}

/** How long neither answers nor users' traffic must have come when the burst has confirmed it. */
export function neededSilenceMs({ hintedBy }: Suspicion, { downAfterMs }: HealthSettings): number {
  return hintedBy === null ? downAfterMs : Math.min(downAfterMs, HINTED_SILENCE_MS)
}

/** An outage shorter than this never takes a link down: it may have begun up to an interval before it was noticed. */
export function shortOutageMs({ intervalMs, downAfterMs }: HealthSettings): number {
  return Math.max(0, downAfterMs - intervalMs)
}

/** About how many unanswered probes a burst takes to confirm a silence. */
export function probesToConfirm({ hintedBy }: Pick<Suspicion, "hintedBy">, settings: HealthSettings): number {
  if (hintedBy !== null) return CONFIRM_PROBES
  return Math.max(CONFIRM_PROBES, Math.ceil(shortOutageMs(settings) / confirmPaceMs(settings)) + LAST_PROBES)
}

/** Hardly chance any more: from here on the other links are called upon to show that they are not silent, too. */
const SERIOUS_MISSES = CONFIRM_PROBES / 2

export function isSerious({ lost }: Suspicion): boolean {
  return lost >= SERIOUS_MISSES
}

/** What a suspicion is about: a part of `LinkHealth`. */
interface Suspect {
  readonly state: LinkStateName
  readonly suspicion: Suspicion | null
  readonly movedMs: number | null
  readonly recovery: object | null
}

/** The suspicion after this result of a living target, which is part of the `targets` already. */
export function suspect(
  link: Suspect,
  targets: readonly TargetHealth[],
  result: ProbeResult,
  settings: HealthSettings,
): Suspicion | null {
  const { suspicion } = link
  if (result.outcome.kind === "reply") return hasAnsweredSince(targets, suspicion, settings) ? null : suspicion
  if (result.outcome.kind === "broken") return suspicion
  if (suspicion === null) return canFail(link) && !isExcused(link, result) ? raisedBy(result) : null
  return result.sentMs < suspicion.sinceMs ? suspicion : strengthened(suspicion, result.sentMs, settings)
}

/** From when on the silence is beyond doubt; null: it is not yet. */
export function provenMs({ confirmedMs }: Suspicion, targets: readonly TargetHealth[]): number | null {
  if (confirmedMs === null) return null
  const trips = newestAnswer(targets)?.roundTrips ?? null
  return trips === null ? confirmedMs : confirmedMs + patienceMs(trips)
}

/**
 * A probe is missed early, to raise a suspicion; to settle it, its answer is waited for twice as long as any is expected
 * to take, and twice as long as the newest one took: a queue that fills at line rate has doubled by then.
 */
function patienceMs({ srttMs, rttvarMs, newestMs }: RoundTrips): number {
  return Math.min(2 * Math.max(srttMs + 4 * rttvarMs, newestMs), MAX_TIMEOUT_MS)
}

function raisedBy({ atMs, sentMs }: ProbeResult): Suspicion {
  return { sinceMs: atMs, sentMs, lost: 0, lastLost: 0, confirmedMs: null, hintedBy: null }
}

/** Another router has seen this line fail: the burst begins now, or goes on faster. */
export function hinted(before: Suspicion | null, by: string, atMs: number): Suspicion {
  const begun = before ?? { sinceMs: atMs, sentMs: atMs, lost: 0, lastLost: 0, confirmedMs: null }
  return { ...begun, hintedBy: by }
}

function strengthened(before: Suspicion, sentMs: number, settings: HealthSettings): Suspicion {
  // The other router has waited for the end of a short outage already.
  const isLast = before.hintedBy !== null || sentMs >= before.sentMs + shortOutageMs(settings)
  const lost = before.lost + 1
  const lastLost = isLast ? before.lastLost + 1 : before.lastLost
  const isConfirmed = lost >= CONFIRM_PROBES && lastLost >= LAST_PROBES
  const confirmedMs = before.confirmedMs ?? (isConfirmed ? sentMs : null)
  return { ...before, lost, lastLost, confirmedMs }
}

/** What was under way when users' traffic got on is explained by it. */
function isExcused({ movedMs }: Suspect, { sentMs }: ProbeResult): boolean {
  return movedMs !== null && sentMs < movedMs
}

/** A dead link that does not even answer has nothing to lose. */
function canFail(link: Suspect): boolean {
  return link.state !== "down" || link.recovery !== null
}

function hasAnsweredSince(targets: readonly TargetHealth[], suspicion: Suspicion | null, { quorum }: HealthSettings) {
  return suspicion !== null && (quorumAnswer(targets, quorum) ?? -Infinity) >= suspicion.sinceMs
}
