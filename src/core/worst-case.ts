import type { HealthSettings } from "./config.ts"
import { CONFIRM_PROBES, confirmPaceMs } from "./suspicion.ts"
import { MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from "./rtt.ts"

/**
 * The longest time from the moment a link falls silent to the verdict "down": the next probe is sent up to one interval
 * later, misses its answer, and the burst that follows misses all of its own; and `downAfter` must have passed.
 */
export function worstDetectionMs(settings: HealthSettings, timeoutMs: number): number {
  const burstMs = (CONFIRM_PROBES - 1) * confirmPaceMs(settings) + timeoutMs
  return Math.max(settings.downAfterMs, settings.intervalMs + timeoutMs + burstMs)
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
