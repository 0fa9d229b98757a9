/** Smoothed round-trip time of one target, as TCP keeps it (RFC 6298). Milliseconds. */
export interface RttEstimate {
  readonly srttMs: number
  readonly rttvarMs: number
}

/** RFC 6298 (2.1) starts at 1 s while nothing has been measured. */
export const INITIAL_TIMEOUT_MS = 1000
/** Below this a busy router's own scheduling looks like loss: one that costs a needless burst, since the answer still comes. */
export const MIN_TIMEOUT_MS = 50
/** A satellite line answers in 600 to 800 ms; beyond this an answer is of no use to anybody. */
export const MAX_TIMEOUT_MS = 2000
/** A late answer still proves that the line is alive: listen this long for it. */
export const LATE_MS = 3000

const ALPHA = 1 / 8
const BETA = 1 / 4

/**
 * RFC 6298 (2.2) and (2.3), of a sample that counts for no more than the timeout it ran against: "it took longer than we
 * waited". So one straggler does not blunt the timeout for half a minute, and a queue that fills is followed within a
 * handful of answers.
 */
export function updateRtt(estimate: RttEstimate | null, rttMs: number): RttEstimate {
  if (estimate === null) return firstEstimate(Math.min(rttMs, MAX_TIMEOUT_MS))
  const sampleMs = Math.min(rttMs, timeoutFor(estimate))
  return {
    srttMs: (1 - ALPHA) * estimate.srttMs + ALPHA * sampleMs,
    rttvarMs: (1 - BETA) * estimate.rttvarMs + BETA * Math.abs(estimate.srttMs - sampleMs),
  }
}

function firstEstimate(rttMs: number): RttEstimate {
  return { srttMs: rttMs, rttvarMs: rttMs / 2 }
}

/** How long to wait for an answer before missing it: SRTT + 4 RTTVAR within the bounds above. No back-off: a miss here is evidence, not congestion. */
export function timeoutFor(estimate: RttEstimate | null): number {
  if (estimate === null) return INITIAL_TIMEOUT_MS
  const timeoutMs = estimate.srttMs + 4 * estimate.rttvarMs
  return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, timeoutMs))
}
