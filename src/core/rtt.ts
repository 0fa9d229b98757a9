/** What is known of the round trips to one target, all in milliseconds. */
export interface RoundTrips {
  /** Smoothed, and its mean deviation, as TCP keeps them (RFC 6298). */
  readonly srttMs: number
  readonly rttvarMs: number
  /** As the newest answer took it. */
  readonly newestMs: number
  /** The line's own, when nothing is in its way: the least measured, slowly forgotten. */
  readonly baselineMs: number
  /** Smoothed difference between successive answers (RFC 3550, section 6.4.1). */
  readonly jitterMs: number
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
/** As in Linux (tcp_rtt_estimator in net/ipv4/tcp_input.c) the variation falls more slowly than it rises: an even jitter is no loss. */
const BETA_FALLING = 1 / 8
/** RFC 3550's gain. */
const JITTER_GAIN = 1 / 16
/** A new route's RTT is the line's own after a day, and a busy evening's is not. */
const BASELINE_MS = 12 * 3_600_000
/** No answer stands for more than this part of it: what was not measured for hours is not known either. */
const MOST_OF_BASELINE = 0.01

/**
 * RFC 6298 (2.2) and (2.3), of a sample that counts for no more than the timeout it ran against: "it took longer than we
 * waited". So one straggler does not blunt the timeout for half a minute, and a queue that fills is followed within a
 * handful of answers. `elapsedMs`: since the answer before.
 */
export function updateRtt(known: RoundTrips | null, rttMs: number, elapsedMs: number): RoundTrips {
  if (known === null) return firstRoundTrip(rttMs)
  const { srttMs, rttvarMs, newestMs, baselineMs, jitterMs } = known
  const sampleMs = Math.min(rttMs, timeoutFor(known))
  const deviationMs = Math.abs(srttMs - sampleMs)
  const beta = deviationMs > rttvarMs ? BETA : BETA_FALLING
  return {
    srttMs: (1 - ALPHA) * srttMs + ALPHA * sampleMs,
    rttvarMs: (1 - beta) * rttvarMs + beta * deviationMs,
    newestMs: rttMs,
    baselineMs: baselineAfter(baselineMs, rttMs, elapsedMs),
    jitterMs: jitterMs + JITTER_GAIN * (Math.abs(rttMs - newestMs) - jitterMs),
  }
}

function firstRoundTrip(rttMs: number): RoundTrips {
  const srttMs = Math.min(rttMs, MAX_TIMEOUT_MS)
  return { srttMs, rttvarMs: srttMs / 2, newestMs: rttMs, baselineMs: rttMs, jitterMs: 0 }
}

function baselineAfter(baselineMs: number, rttMs: number, elapsedMs: number): number {
  if (rttMs <= baselineMs) return rttMs
  return baselineMs + (rttMs - baselineMs) * Math.min(elapsedMs / BASELINE_MS, MOST_OF_BASELINE)
}

/** How long to wait for an answer before missing it: SRTT + 4 RTTVAR within the bounds above. No back-off: a miss here is evidence, not congestion. */
export function timeoutFor({ srttMs, rttvarMs }: Pick<RoundTrips, "srttMs" | "rttvarMs">): number {
  const timeoutMs = srttMs + 4 * rttvarMs
  return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, timeoutMs))
}
