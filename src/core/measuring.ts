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
/** It takes so much to begin: a burst of a few probes settles nothing. */
const CREDIT_TO_BEGIN = MOST_CREDIT / 8
/** Some twenty bursts to the end, and what may be under way when it is reached. */
const MOST_DEBT = 600
/** A minute's earnings. */
const DEBT_TO_REPAY = 120

export const RESTED: Measuring = { credit: MOST_CREDIT, lastSentMs: -Infinity, isOn: false, isSpent: false }

export function isRested({ credit, isOn }: Measuring): boolean {
  return credit === MOST_CREDIT && !isOn
}

/** The books after one more probe, sent at `sentMs`. */
export function measure(before: Measuring, isUndecided: boolean, sentMs: number, settings: HealthSettings): Measuring {
  const credit = Math.min(MOST_CREDIT, before.credit + earned(before, sentMs, settings) - 1)
  return {
    credit,
    lastSentMs: Math.max(sentMs, before.lastSentMs),
    isOn: isUndecided && credit >= (before.isOn ? 1 : CREDIT_TO_BEGIN),
    isSpent: credit < (before.isSpent ? DEBT_TO_REPAY : 0) - MOST_DEBT,
  }
}

/** One for each turn that the usual pace would have had, and as many on top. */
function earned({ lastSentMs }: Measuring, sentMs: number, { intervalMs }: HealthSettings): number {
  return lastSentMs === -Infinity ? 0 : (2 * Math.max(0, sentMs - lastSentMs)) / intervalMs
}
