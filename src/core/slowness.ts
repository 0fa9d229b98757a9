import type { HealthSettings } from "./config.ts"
import { gather, isProven, weightOf, type RateTest } from "./cusum.ts"
import type { RoundTrips } from "./rtt.ts"
import type { TargetHealth } from "./target.ts"
import { living } from "./targets.ts"

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
  const isLate = isSlow(target, settings) && isWitnessed(targets, settings)
  if (before.nats === 0 && !isLate) return before
  const nats = gather(before.nats, weightOf(SLOWNESS, isLate))
  return { nats, isProven: isProven(nats, before.isProven) }
}

/** Whether its newest answer took longer than is right for this target. */
export function isSlow({ roundTrips }: TargetHealth, settings: HealthSettings): boolean {
  return roundTrips !== null && roundTrips.newestMs > rttLimitMs(roundTrips, settings)
}

/** The setting, or twice the line's own: a satellite is not slow because it is far away. */
export function rttLimitMs({ baselineMs }: Pick<RoundTrips, "baselineMs">, { degraded }: HealthSettings): number {
  return Math.max(degraded.rttMs, SLOW_FACTOR * baselineMs)
}

/** In words: of the targets whose newest answer was slow, the one that answered soonest. */
export function slownessReason(targets: readonly TargetHealth[], settings: HealthSettings): string {
  const [least] = targets
    .filter(target => isSlow(target, settings))
    .map(({ roundTrips }) => roundTrips)
    .filter(trips => trips !== null)
    .sort((a, b) => a.newestMs - b.newestMs)
  if (least === undefined) return "its answers were slow"
  return `its answers take ${least.newestMs.toFixed(0)} ms, and ${rttLimitMs(least, settings).toFixed(0)} ms is the limit`
}

/** A line shows by more than one target, where more are alive: what only one of them shows is its own trouble. */
function isWitnessed(targets: readonly TargetHealth[], settings: HealthSettings): boolean {
  const able = living(targets, settings)
  return (
    able.filter(target => isSlow(target, settings) && !isMoment(target, settings)).length >= Math.min(2, able.length)
  )
}

/** One slow answer among quick ones: what is smoothed over eight of them is still far below the limit. */
function isMoment({ roundTrips }: TargetHealth, settings: HealthSettings): boolean {
  return roundTrips !== null && roundTrips.srttMs < rttLimitMs(roundTrips, settings) / 2
}
