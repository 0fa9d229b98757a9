import type { HealthSettings } from "./config.ts"
import type { LinkStateName } from "./link-state.ts"
import type { ProbeResult } from "./outcome.ts"
import { isDead, quorumAnswer, type TargetHealth } from "./target.ts"

/** Raised by a miss, settled by an answer or by the verdict "down". */
export interface Suspicion {
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

/** Hardly chance any more: from here on the other links are called upon to show that they are not silent, too. */
const SERIOUS_MISSES = 3

export function isSerious({ lost }: Suspicion): boolean {
  return lost >= SERIOUS_MISSES
}

export function isConfirmed(suspicion: Suspicion): boolean {
  return suspicion.lost >= CONFIRM_PROBES
}

/** What a suspicion is about: a part of `LinkHealth`, with the result folded into `targets`. */
interface Suspect {
  readonly state: LinkStateName
  readonly targets: readonly TargetHealth[]
  readonly suspicion: Suspicion | null
  readonly movedMs: number | null
  readonly recoverySinceMs: number | null
}

export function suspect(link: Suspect, result: ProbeResult, settings: HealthSettings): Suspicion | null {
  const { suspicion } = link
  if (result.outcome.kind === "reply") return answeredSince(link, settings, suspicion) ? null : suspicion
  if (result.outcome.kind === "broken" || isDeadProbe(link.targets, result.probe, settings)) return suspicion
  // What was under way when users' traffic got on is explained by it.
  if (suspicion === null)
    return canFail(link) && result.sentMs >= (link.movedMs ?? -Infinity) ? { sinceMs: result.atMs, lost: 0 } : null
  return result.sentMs < suspicion.sinceMs ? suspicion : { ...suspicion, lost: suspicion.lost + 1 }
}

/** A dead link that does not even answer has nothing to lose. */
function canFail(link: Suspect): boolean {
  return link.state !== "down" || link.recoverySinceMs !== null
}

function answeredSince(link: Suspect, settings: HealthSettings, suspicion: Suspicion | null): boolean {
  return suspicion !== null && (quorumAnswer(link.targets, settings.quorum) ?? -Infinity) >= suspicion.sinceMs
}

export function isDeadProbe(targets: readonly TargetHealth[], probe: string, settings: HealthSettings): boolean {
  return targets.some(target => target.probe === probe && isDead(target, targets, settings))
}
