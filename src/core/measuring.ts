import type { HealthSettings } from "./config.ts"

/** What may be spent to settle undecided evidence sooner than at the usual pace. */
export interface Measuring {
  /** Probes that may be sent beyond the usual pace. */
  readonly credit: number
  readonly lastSentMs: number
  readonly isOn: boolean
}

/** Two minutes' worth at the default pace; earned again at the usual pace, so on average the cost at most doubles. */
const MOST_CREDIT = 240
/** It takes so much to begin: a burst of a few probes settles nothing. */
const CREDIT_TO_BEGIN = MOST_CREDIT / 8

export const RESTED: Measuring = { credit: MOST_CREDIT, lastSentMs: -Infinity, isOn: false }

export function isRested({ credit }: Measuring): boolean {
  return credit === MOST_CREDIT
}

/** The books after one more probe, sent at `sentMs`. */
export function measure(before: Measuring, isUndecided: boolean, sentMs: number, settings: HealthSettings): Measuring {
  const credit = Math.max(0, Math.min(MOST_CREDIT, before.credit + earned(before, sentMs, settings) - 1))
  return {
    credit,
    lastSentMs: Math.max(sentMs, before.lastSentMs),
    isOn: isUndecided && credit >= (before.isOn ? 1 : CREDIT_TO_BEGIN),
  }
}

/** One for each turn that the usual pace would have had, and as many on top. */
function earned({ lastSentMs }: Measuring, sentMs: number, { intervalMs }: HealthSettings): number {
  return lastSentMs === -Infinity ? 0 : (2 * Math.max(0, sentMs - lastSentMs)) / intervalMs
}
