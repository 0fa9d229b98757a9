import type { HealthSettings } from "./config.ts"
import { gather, isProven, weightOf, type RateTest } from "./cusum.ts"
import { living, type TargetHealth } from "./target.ts"

/** Sequential evidence that a link loses more than the setting; once that is proven, of how it still does. */
export interface LossEvidence {
  /** 0 to ENOUGH_NATS. */
  readonly nats: number
  readonly isProven: boolean
  /** When the evidence last began, the time of sending, and probes judged since: the change it tells of began then. */
  readonly sinceMs: number
  readonly judged: number
  /** Those of them that were lost, by target, in the order of the targets. */
  readonly lostBy: readonly number[]
  readonly missesInRow: number
}

export const NO_LOSS: LossEvidence = {
  nats: 0,
  isProven: false,
  sinceMs: -Infinity,
  judged: 0,
  lostBy: [],
  missesInRow: 0,
}

/** A line that loses a third of the setting is in order; one that loses all of it is not. */
const ENTER = { normal: 1 / 3, bad: 1 }
/** Hysteresis: it is well again when it loses a quarter of the setting rather than three quarters. */
const LEAVE = { normal: 1 / 4, bad: 3 / 4 }
/** What gathers below this much of the setting is a long run of bad luck. */
const LEAST_RATIO = 0.85
/** What is over within so many usual turns was a moment's trouble. */
const LEAST_TURNS = 2
/** A run of misses counts for no more than so many: a short outage is one event, and silence has its own test. */
const MOST_MISSES_IN_ROW = 2

/** One judged probe: to which of the targets, counted from 0. */
interface Seen {
  readonly isLost: boolean
  readonly target: number
  readonly targets: readonly TargetHealth[]
  readonly sentMs: number
}

export function observeLoss(before: LossEvidence, seen: Seen, settings: HealthSettings): LossEvidence {
  const { isLost, target, targets, sentMs } = seen
  const missesInRow = isLost ? before.missesInRow + 1 : 0
  const weight = missesInRow <= MOST_MISSES_IN_ROW ? weightOf(testOf(before, settings), isLost) : 0
  const began = before.nats === 0 ? { sinceMs: sentMs, judged: 0, lostBy: targets.map(() => 0) } : before
  const after = {
    nats: gather(before.nats, weight),
    isProven: before.isProven,
    sinceMs: began.sinceMs,
    judged: began.judged + 1,
    lostBy: isLost ? counted(began.lostBy, target, 1) : began.lostBy,
    missesInRow,
  }
  return decide(after, seen, settings)
}

/** The miss becomes the answer that it was all along. */
export function takeBackLoss(before: LossEvidence, target: number, settings: HealthSettings): LossEvidence {
  const test = testOf(before, settings)
  const nats = gather(before.nats, weightOf(test, false) - weightOf(test, true))
  return {
    ...before,
    nats,
    isProven: before.isProven && nats > 0,
    missesInRow: 0,
    lostBy: counted(before.lostBy, target, -1),
  }
}

export function lostSince({ lostBy }: LossEvidence): number {
  return lostBy.reduce((sum, lost) => sum + lost, 0)
}

function decide(loss: LossEvidence, seen: Seen, settings: HealthSettings): LossEvidence {
  const isLossy = isProven(loss.nats, loss.isProven) && (loss.isProven || isBrownOut(loss, seen, settings))
  return isLossy === loss.isProven ? loss : { ...loss, isProven: isLossy }
}

/** So much evidence may also come of bad luck, of a moment, or of one target; of a brown-out it comes otherwise. */
function isBrownOut(loss: LossEvidence, { sentMs, targets }: Seen, settings: HealthSettings): boolean {
  const { degraded, intervalMs } = settings
  const isLasting = sentMs - loss.sinceMs >= LEAST_TURNS * intervalMs
  return (
    isLasting &&
    isWitnessed(loss, living(targets, settings).length) &&
    lostSince(loss) >= LEAST_RATIO * degraded.lossRatio * loss.judged
  )
}

/** A line shows by more than one target, where more are alive: what only one of them lost is its own trouble. */
function isWitnessed({ lostBy }: LossEvidence, able: number): boolean {
  return lostBy.filter(lost => lost > 1).length >= Math.min(2, able)
}

function testOf({ isProven }: LossEvidence, settings: HealthSettings): RateTest {
  return isProven ? scaled(LEAVE, settings) : lossTest(settings)
}

/** What the losses of a link that is not degraded are held against. */
export function lossTest(settings: HealthSettings): RateTest {
  return scaled(ENTER, settings)
}

function scaled({ normal, bad }: RateTest, { degraded: { lossRatio } }: HealthSettings): RateTest {
  return { normal: normal * lossRatio, bad: bad * lossRatio }
}

function counted(lostBy: readonly number[], target: number, change: number): readonly number[] {
  return lostBy.map((lost, i) => (i === target ? Math.max(0, lost + change) : lost))
}
