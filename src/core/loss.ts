import type { HealthSettings } from "./config.ts"
import { gather, isProven, weightOf, type RateTest } from "./cusum.ts"
import type { Tally } from "./recovery.ts"
import type { TargetHealth } from "./target.ts"
import { living } from "./targets.ts"

/** Sequential evidence that a link loses more than the setting; once that is proven, of how it still does. */
export interface LossEvidence {
  /** 0 to ENOUGH_NATS. */
  readonly nats: number
  readonly isProven: boolean
  /** When the evidence last began, the time of sending: the change it tells of began then. */
  readonly sinceMs: number
  /** What each target had judged and lost before that, in the order of the targets; empty: there is no evidence. */
  readonly before: readonly Tally[]
  readonly missesInRow: number
}

export const NO_LOSS: LossEvidence = {
  nats: 0,
  isProven: false,
  sinceMs: -Infinity,
  before: [],
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
/** Fewer a target that loses one in a hundred may lose by chance while another's troubles are measured. */
const LEAST_LOST = 3
/** A target that loses less than this part of the setting speaks for the line, not against it. */
const LEAST_OF_A_WITNESS = 0.5
/** What is not proven by so many probes begins anew: else hours of undecided evidence would hide what begins now. */
const MOST_JUDGED = 400
/** A run of misses counts for no more than so many: a short outage is one event, and silence has its own test. */
const MOST_MISSES_IN_ROW = 2

/** One judged probe: to which of the targets, counted from 0, all of which know of it already. */
interface Seen {
  readonly isLost: boolean
  readonly target: number
  readonly targets: readonly TargetHealth[]
  readonly sentMs: number
}

export function observeLoss(before: LossEvidence, seen: Seen, settings: HealthSettings): LossEvidence {
  const { isLost, sentMs } = seen
  if (before.nats === 0 && !isLost) return NO_LOSS
  const missesInRow = isLost ? before.missesInRow + 1 : 0
  const weight = missesInRow <= MOST_MISSES_IN_ROW ? weightOf(testOf(before, settings), isLost) : 0
  const isNew = before.nats === 0
  const after = {
    nats: gather(before.nats, weight),
    isProven: before.isProven,
    sinceMs: isNew ? sentMs : before.sinceMs,
    before: isNew ? talliesBefore(seen) : before.before,
    missesInRow,
  }
  return decide(after, seen, settings)
}

/** The miss becomes the answer that it was all along. */
export function takeBackLoss(before: LossEvidence, settings: HealthSettings): LossEvidence {
  const test = testOf(before, settings)
  const nats = gather(before.nats, weightOf(test, false) - weightOf(test, true))
  return { ...before, nats, isProven: before.isProven && nats > 0, missesInRow: 0 }
}

/** Judged and lost since the evidence began by those of the targets that are `able` to tell. */
export function tallyOfLoss(
  loss: LossEvidence,
  targets: readonly TargetHealth[],
  able: readonly TargetHealth[],
): Tally {
  return sumOf(talliesSince(loss, targets, able))
}

function sumOf(tallies: readonly Tally[]): Tally {
  return {
    judged: tallies.reduce((sum, { judged }) => sum + judged, 0),
    lost: tallies.reduce((sum, { lost }) => sum + lost, 0),
  }
}

function talliesSince({ before }: LossEvidence, targets: readonly TargetHealth[], able: readonly TargetHealth[]) {
  return targets.flatMap((target, i) => {
    const start = before[i]
    if (start === undefined || !able.includes(target)) return []
    return [{ judged: target.judged - start.judged, lost: Math.max(0, target.lost - start.lost) }]
  })
}

function talliesBefore({ isLost, target, targets }: Seen): readonly Tally[] {
  return targets.map(({ judged, lost }, i) =>
    i === target ? { judged: judged - 1, lost: isLost ? lost - 1 : lost } : { judged, lost },
  )
}

function decide(loss: LossEvidence, seen: Seen, settings: HealthSettings): LossEvidence {
  if (loss.isProven) return loss.nats > 0 ? loss : { ...loss, isProven: false }
  const tallies = talliesSince(loss, seen.targets, living(seen.targets, settings))
  if (isProven(loss.nats, false) && isBrownOut(loss, tallies, seen, settings)) return { ...loss, isProven: true }
  return sumOf(tallies).judged > MOST_JUDGED ? { ...NO_LOSS, missesInRow: loss.missesInRow } : loss
}

/** So much evidence may also come of bad luck, of a moment, or of one target; of a brown-out it comes otherwise. */
function isBrownOut(
  loss: LossEvidence,
  tallies: readonly Tally[],
  { sentMs }: Seen,
  settings: HealthSettings,
): boolean {
  const { degraded, intervalMs } = settings
  const { judged, lost } = sumOf(tallies)
  const isLasting = sentMs - loss.sinceMs >= LEAST_TURNS * intervalMs
  return isLasting && lost >= LEAST_RATIO * degraded.lossRatio * judged && isWitnessed(tallies, settings)
}

/** A line shows by more than one target, where more are alive: what only one of them lost is its own trouble. */
function isWitnessed(tallies: readonly Tally[], { degraded }: HealthSettings): boolean {
  const isWitness = ({ judged, lost }: Tally) =>
    lost >= LEAST_LOST && lost >= LEAST_OF_A_WITNESS * degraded.lossRatio * judged
  return tallies.filter(isWitness).length >= Math.min(2, tallies.length)
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
