import type { HealthSettings } from "./config.ts"
import { gather, isProven, weightOf, type RateTest } from "./cusum.ts"
import { isDead, type TargetHealth } from "./target.ts"

/** Sequential evidence that answers take longer than the setting allows. */
export interface SlowEvidence {
  /** 0 to ENOUGH_NATS. */
  readonly nats: number
  readonly isProven: boolean
}

export const NOT_SLOW: SlowEvidence = { nats: 0, isProven: false }

/** Every line is slow now and then; half of the answers being slow is another matter. */
const SLOWNESS: RateTest = { normal: 1 / 20, bad: 1 / 2 }
/** An RTT of more than this many times the line's own is slow, a satellite's included, once it exceeds the setting. */
const SLOW_FACTOR = 2

/** Folds in one answer, which `target`, one of the `targets`, knows already. */
export function observeSlowness(
  before: SlowEvidence,
  target: TargetHealth,
  targets: readonly TargetHealth[],
  settings: HealthSettings,
): SlowEvidence {
  const isLate = isSlow(target, settings)
  if (before.nats === 0 && !isLate) return before
  const nats = gather(before.nats, weightOf(SLOWNESS, isLate))
  return { nats, isProven: isProven(nats, before.isProven) && (before.isProven || isWitnessed(targets, settings)) }
}

/** Whether its newest answer took longer than is right for this target. */
export function isSlow({ roundTrips }: TargetHealth, { degraded }: HealthSettings): boolean {
  return roundTrips !== null && roundTrips.newestMs > Math.max(degraded.rttMs, SLOW_FACTOR * roundTrips.baselineMs)
}

/** A line shows by more than one target, where more are alive: what only one of them shows is its own trouble. */
function isWitnessed(targets: readonly TargetHealth[], settings: HealthSettings): boolean {
  const living = targets.filter(target => target.broken === null && !isDead(target, targets, settings))
  return living.filter(target => isSlow(target, settings)).length >= Math.min(2, living.length)
}
