import type { Config, HealthSettings } from "./config.ts"
import { CONFIRM_PROBES, confirmPaceMs, LAST_PROBES, shortOutageMs } from "./suspicion.ts"
import { EXCUSED_MS } from "./traffic.ts"
import { MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from "./rtt.ts"

/**
 * The longest time from the moment a link falls silent to the verdict "down": the next probe is sent up to one interval
 * later and misses its answer; the burst that follows must be long enough, and reach past any outage that is too short
 * to count; then the last of it misses its own answer. And `downAfter` must have passed. An http probe of a silent line
 * misses its handshake in just that time; where something on the way shakes hands in the target's name, it is as slow as
 * the slowest line (COMPLETE_MS in probes/judge.ts).
 */
export function worstDetectionMs(settings: HealthSettings, timeoutMs: number): number {
  const pace = confirmPaceMs(settings)
  const lastSentMs = Math.max(
    timeoutMs + (CONFIRM_PROBES - 1) * pace,
    Math.max(timeoutMs, shortOutageMs(settings) + pace) + (LAST_PROBES - 1) * pace,
  )
  return Math.max(settings.downAfterMs, settings.intervalMs + lastSentMs + timeoutMs)
}

/** How long it takes at most to find a dead link of a configuration, and what may come on top of that. */
export interface WorstDetection {
  /** On the quickest line that the timeout allows for, and on the slowest. */
  readonly fastLineMs: number
  readonly slowLineMs: number
  /** Up to this RTT a line is as quick as the first. */
  readonly fastRttMs: number
  /** On top while a target is dead: the turn that it is given may be the one that would have found it. */
  readonly deadTargetMs: number
  /** On top while users' connections over the link still get on. */
  readonly busyLineMs: number
}

export function worstDetection({ health, links }: Pick<Config, "health" | "links">): WorstDetection {
  const leastMs = health.timeoutMs === "auto" ? MIN_TIMEOUT_MS : health.timeoutMs
  return {
    fastLineMs: worstDetectionMs(health, leastMs),
    slowLineMs: worstDetectionMs(health, Math.max(leastMs, MAX_TIMEOUT_MS)),
    fastRttMs: Math.floor(leastMs / 3), // RFC 6298 (2.2) at the first answer: SRTT + 4 RTTVAR is three times as much
    deadTargetMs: links.some(({ probes }) => probes.length > 1) ? health.intervalMs : 0,
    busyLineMs: EXCUSED_MS,
  }
}
