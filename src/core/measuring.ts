import type { HealthSettings } from "./config.ts"

/** The books of what is sent beyond the usual pace: to measure undecided evidence sooner, and to settle suspicions. */
export interface Measuring {
  /** Probes that may still be sent so; below 0: suspicions have taken more than measuring may. */
  readonly credit: number
  readonly lastSentMs: number
  readonly isOn: boolean
  /** Suspicions have taken so much that they are settled at the usual pace until a good part of it is earned again. */
  readonly isSpent: boolean
}

/** Two minutes' worth at the default pace; earned again at the usual pace, so on average the cost at most doubles. */
const MOST_CREDIT = 240
/** One for the probe that the usual pace sends, and one on top. */
const EARNED_A_TURN = 2
/** It takes so much to begin: a burst of a few probes settles nothing. */
const CREDIT_TO_BEGIN = MOST_CREDIT / 8
/** Some twenty bursts to the end, and what may be under way when it is reached. */
const MOST_DEBT = 600
/** A minute's earnings. */
const DEBT_TO_REPAY = 120

export const RESTED: Measuring = { credit: MOST_CREDIT, lastSentMs: -Infinity, isOn: false, isSpent: false }

/** Nothing is sent beyond the usual pace: the books need not be kept until that changes. */
export function isRested({ isOn, isSpent }: Measuring): boolean {
  return !isOn && !isSpent
}

/** The books after one more probe, sent at `sentMs`, and those at the usual pace that were not entered. */
export function measure(before: Measuring, isUndecided: boolean, sentMs: number, settings: HealthSettings): Measuring {
  const turns = turnsSince(before, sentMs, settings)
  const credit = Math.min(MOST_CREDIT, before.credit + EARNED_A_TURN * turns - Math.max(1, turns))
  return {
    credit,
    lastSentMs: Math.max(sentMs, before.lastSentMs),
    isOn: isUndecided && credit >= (before.isOn ? 1 : CREDIT_TO_BEGIN),
    isSpent: credit < (before.isSpent ? DEBT_TO_REPAY : 0) - MOST_DEBT,
  }
}

/** That the usual pace would have had. */
function turnsSince({ lastSentMs }: Measuring, sentMs: number, { intervalMs }: HealthSettings): number {
  return lastSentMs === -Infinity ? 0 : Math.max(0, sentMs - lastSentMs) / intervalMs
}
