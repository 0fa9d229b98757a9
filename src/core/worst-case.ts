import type { HealthSettings } from "./config.ts"
import { CONFIRM_PROBES, confirmPaceMs, LAST_PROBES, shortOutageMs } from "./suspicion.ts"
import { MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from "./rtt.ts"

/**
 * The longest time from the moment a link falls silent to the verdict "down": the next probe is sent up to one interval
 * later and misses its answer; the burst that follows must be long enough, and reach past any outage that is too short
 * to count; then the last of it misses its own answer. And `downAfter` must have passed.
 */
export function worstDetectionMs(settings: HealthSettings, timeoutMs: number): number {
  const pace = confirmPaceMs(settings)
  const lastSentMs = Math.max(
    timeoutMs + (CONFIRM_PROBES - 1) * pace,
    Math.max(timeoutMs, shortOutageMs(settings) + pace) + (LAST_PROBES - 1) * pace,
  )
  return Math.max(settings.downAfterMs, settings.intervalMs + lastSentMs + timeoutMs)
}

/** The same for the quickest and the slowest line that the timeout allows for; equal where the timeout is fixed. */
export function worstDetectionRange(settings: HealthSettings): {
  readonly fastLineMs: number
  readonly slowLineMs: number
} {
  const [fast, slow] =
    settings.timeoutMs === "auto" ? [MIN_TIMEOUT_MS, MAX_TIMEOUT_MS] : [settings.timeoutMs, settings.timeoutMs]
  return { fastLineMs: worstDetectionMs(settings, fast), slowLineMs: worstDetectionMs(settings, slow) }
}
