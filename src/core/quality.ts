import type { HealthSettings } from "./config.ts"
import { ENOUGH_NATS, gather, isProven, weightOf, type RateTest } from "./cusum.ts"
import type { ProbeResult } from "./outcome.ts"
import type { TargetHealth } from "./target.ts"

/** How well a link that answers answers: sequential evidence of loss and of slowness beyond the settings. */
export interface Quality {
  /** 0 to ENOUGH_NATS. */
  readonly lossNats: number
  readonly slowNats: number
  readonly isLossy: boolean
  readonly isSlow: boolean
  /** When the evidence of loss last began, the time of sending, and probes judged since: the change it tells of began then. */
  readonly sinceMs: number
  readonly judged: number
  readonly lost: number
  readonly missesInRow: number
  /** Probes that may be sent beyond the usual pace to settle it. */
  readonly credit: number
  readonly lastSentMs: number
  /** The evidence is undecided and there is credit to settle it sooner. */
  readonly isMeasuring: boolean
}

/** A minute's worth at the default pace; earned again at the usual pace, so on average the cost at most doubles. */
const MOST_CREDIT = 120

export const GOOD: Quality = {
  lossNats: 0,
  slowNats: 0,
  isLossy: false,
  isSlow: false,
  sinceMs: -Infinity,
  judged: 0,
  lost: 0,
  missesInRow: 0,
  credit: MOST_CREDIT,
  lastSentMs: -Infinity,
  isMeasuring: false,
}

/** A line that loses a quarter of the setting is in order; one that loses all of it is not. */
const NORMAL_PART = 1 / 4
/** Every line is slow now and then; half of the answers being slow is another matter. */
const SLOWNESS: RateTest = { normal: 1 / 20, bad: 1 / 2 }
/** An RTT of more than this many times the line's own is slow, a satellite's included, once it exceeds the setting. */
const SLOW_FACTOR = 2
/** A run of misses counts for no more than so many: a short outage is one event, and silence has its own test. */
const MOST_MISSES_IN_ROW = 2

/**
 * Folds in one result of a living target, which is part of `targets` already.
 * `isTakenBack`: it is the reply to a probe that was counted as a miss.
 */
export function observeQuality(
  quality: Quality,
  targets: readonly TargetHealth[],
  result: ProbeResult,
  settings: HealthSettings,
  isTakenBack: boolean,
): Quality {
  if (result.outcome.kind === "broken" || isNothingNew(quality, targets, result, settings)) return quality
  const nats = {
    ...(isTakenBack ? takeBack(quality, settings) : withLoss(quality, result, settings)),
    slowNats: slowNatsAfter(quality, targets, result, settings),
  }
  const isLossy = isProven(nats.lossNats, quality.isLossy) && (quality.isLossy || areLossy(targets, nats.sinceMs))
  const isSlow = isProven(nats.slowNats, quality.isSlow) && (quality.isSlow || areSlow(targets, settings))
  const judged = { ...nats, isLossy, isSlow }
  return isTakenBack ? judged : measured(judged, result, settings)
}

/** A good answer where nothing speaks against the line: nearly every answer there is, so it costs nothing. */
function isNothingNew(
  { lossNats, slowNats, missesInRow, credit }: Quality,
  targets: readonly TargetHealth[],
  { probe, outcome }: ProbeResult,
  settings: HealthSettings,
): boolean {
  const isClean = lossNats === 0 && slowNats === 0 && missesInRow === 0 && credit === MOST_CREDIT
  if (!isClean || outcome.kind !== "reply") return false
  const target = targets.find(each => each.probe === probe)
  return target !== undefined && (outcome.rttMs ?? 0) <= slowMs(target, settings)
}

/** A line shows by more than one target, where there are more: what only one of them shows is its own trouble. */
function showBy(targets: readonly TargetHealth[], isWitness: (target: TargetHealth) => boolean): boolean {
  return targets.filter(isWitness).length >= Math.min(2, targets.length)
}

/** What was lost before the evidence began, in an outage for instance, is none of its business. */
function areLossy(targets: readonly TargetHealth[], sinceMs: number): boolean {
  return showBy(targets, ({ recent }) => recent.filter(({ isLost, sentMs }) => isLost && sentMs >= sinceMs).length > 1)
}

function areSlow(targets: readonly TargetHealth[], settings: HealthSettings): boolean {
  return showBy(targets, target => {
    const newest = target.recent.findLast(({ rttMs }) => rttMs !== null)
    return (newest?.rttMs ?? 0) > slowMs(target, settings)
  })
}

function lossTest({ degraded }: HealthSettings): RateTest {
  return { normal: degraded.lossRatio * NORMAL_PART, bad: degraded.lossRatio }
}

/** The RTT that is too slow for this target. */
function slowMs({ baselineMs }: TargetHealth, { degraded }: HealthSettings): number {
  return Math.max(degraded.rttMs, SLOW_FACTOR * (baselineMs ?? 0))
}

function slowNatsAfter(
  { slowNats }: Quality,
  targets: readonly TargetHealth[],
  { probe, outcome }: ProbeResult,
  settings: HealthSettings,
): number {
  const target = targets.find(each => each.probe === probe)
  if (target === undefined || outcome.kind !== "reply" || outcome.rttMs === null) return slowNats
  return gather(slowNats, weightOf(SLOWNESS, outcome.rttMs > slowMs(target, settings)))
}

function withLoss(quality: Quality, { sentMs, outcome }: ProbeResult, settings: HealthSettings): Quality {
  const isLost = outcome.kind === "lost"
  const missesInRow = isLost ? quality.missesInRow + 1 : 0
  const counts = missesInRow <= MOST_MISSES_IN_ROW
  const lossNats = counts ? gather(quality.lossNats, weightOf(lossTest(settings), isLost)) : quality.lossNats
  const since = quality.lossNats === 0 ? { sinceMs: sentMs, judged: 0, lost: 0 } : quality
  return {
    ...quality,
    missesInRow,
    lossNats,
    sinceMs: since.sinceMs,
    judged: since.judged + 1,
    lost: since.lost + (isLost ? 1 : 0),
  }
}

/** The miss becomes the answer that it was all along. */
function takeBack(quality: Quality, settings: HealthSettings): Quality {
  const test = lossTest(settings)
  const lossNats = gather(quality.lossNats, weightOf(test, false) - weightOf(test, true))
  return { ...quality, lossNats, missesInRow: 0, lost: Math.max(0, quality.lost - 1) }
}

/** Keeps the books of the probes that may be spent on settling it. */
function measured(quality: Quality, { sentMs }: ProbeResult, { intervalMs }: HealthSettings): Quality {
  const earned = quality.lastSentMs === -Infinity ? 0 : (2 * Math.max(0, sentMs - quality.lastSentMs)) / intervalMs
  const credit = Math.min(MOST_CREDIT, Math.max(0, quality.credit + earned - 1))
  const isUndecided = !quality.isLossy && quality.lossNats > 0 && quality.lossNats < ENOUGH_NATS
  const isMeasuring = isUndecided && credit >= (quality.isMeasuring ? 1 : MOST_CREDIT / 4)
  return { ...quality, credit, isMeasuring, lastSentMs: Math.max(sentMs, quality.lastSentMs) }
}

export function isGood({ isLossy, isSlow }: Quality): boolean {
  return !isLossy && !isSlow
}

export function qualityReason({ isLossy, isSlow, judged, lost }: Quality): string {
  if (isLossy) return `${lost} of ${judged} probes were lost`
  return isSlow ? "its answers are slow" : "its targets answer well again"
}
