import type { HealthSettings } from "./config.ts"
import { NO_LOSS, observeLoss, takeBackLoss, tallyOfLoss, type LossEvidence } from "./loss.ts"
import { isRested, measure, RESTED, type Measuring } from "./measuring.ts"
import { tellsOfLoss, type ProbeResult } from "./outcome.ts"
import { isSlow, NOT_SLOW, observeSlowness, slownessReason, type SlowEvidence } from "./slowness.ts"
import type { TargetHealth } from "./target.ts"
import { living } from "./targets.ts"

/** How well a link that answers answers: sequential evidence of loss and of slowness beyond the settings. */
export interface Quality {
  readonly loss: LossEvidence
  readonly slowness: SlowEvidence
  readonly measuring: Measuring
}

export const GOOD: Quality = { loss: NO_LOSS, slowness: NOT_SLOW, measuring: RESTED }

/** Of a link that has died nothing is held against it when it comes back; what it spent on measuring is spent. */
export function forget({ measuring }: Quality): Quality {
  return { ...GOOD, measuring: { ...measuring, isOn: false } }
}

/** The same evidence, of targets in another order: `indices` are those that they had; -1: it is new. */
export function withTargets(quality: Quality, indices: readonly number[]): Quality {
  const before = indices.map(index => quality.loss.before[index] ?? { judged: 0, lost: 0 })
  return { ...quality, loss: { ...quality.loss, before } }
}

/**
 * Folds in one result of the living target with this index, which is part of `targets` already.
 * `wasMissed`: it is the reply to a probe that was counted as a miss, which it takes back or confirms.
 */
export function observeQuality(
  quality: Quality,
  targets: readonly TargetHealth[],
  index: number,
  { outcome, sentMs }: ProbeResult,
  wasMissed: boolean,
  settings: HealthSettings,
): Quality {
  const target = targets[index]
  if (target === undefined || outcome.kind === "broken") return quality
  const isMeasured = outcome.kind === "reply" && outcome.rttMs !== null
  const slowness = isMeasured ? observeSlowness(quality.slowness, target, targets, settings) : quality.slowness
  const isLost = tellsOfLoss(outcome)
  if (wasMissed) return isLost ? confirmed({ ...quality, slowness }) : takenBack({ ...quality, slowness }, settings)
  const loss = observeLoss(quality.loss, { isLost, target: index, targets, sentMs }, settings)
  return { loss, slowness, measuring: measure(quality.measuring, isUndecided(loss), sentMs, settings) }
}

/** It has been counted; but with any answer a run of misses is over. */
function confirmed(quality: Quality): Quality {
  return { ...quality, loss: { ...quality.loss, missesInRow: 0 } }
}

/** What was to be measured may be settled by that. */
function takenBack(quality: Quality, settings: HealthSettings): Quality {
  const loss = takeBackLoss(quality.loss, settings)
  const { measuring } = quality
  return { ...quality, loss, measuring: { ...measuring, isOn: measuring.isOn && isUndecided(loss) } }
}

/** Nothing speaks against it, and an answer like this changes nothing but the books. */
export function isAtRest({ loss, slowness }: Quality, target: TargetHealth, settings: HealthSettings): boolean {
  return loss.nats === 0 && loss.missesInRow === 0 && slowness.nats === 0 && !isSlow(target, settings)
}

/** After such an answer. */
export function atRest(quality: Quality, sentMs: number, settings: HealthSettings): Quality {
  const { loss, slowness, measuring } = quality
  if (loss === NO_LOSS && isRested(measuring)) return quality
  return { loss: NO_LOSS, slowness, measuring: measure(measuring, false, sentMs, settings) }
}

export function isGood({ loss, slowness }: Quality): boolean {
  return !loss.isProven && !slowness.isProven
}

export function qualityReason(
  { loss, slowness }: Quality,
  targets: readonly TargetHealth[],
  settings: HealthSettings,
): string {
  const { judged, lost } = tallyOfLoss(loss, targets, living(targets, settings))
  if (loss.isProven) return `${lost} of ${judged} probes were lost`
  return slowness.isProven ? slownessReason(targets, settings) : "its targets answer well again"
}

function isUndecided({ isProven, nats }: LossEvidence): boolean {
  return !isProven && nats > 0
}
