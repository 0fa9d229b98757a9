/** How long is waited for a receiver, and between tries. */
export interface Patience {
  /** For the answer to one try. */
  readonly answerMs: number
  /** Doubled with each failure. */
  readonly firstRetryMs: number
  /** Also where a receiver refuses for good: somebody may mend that. */
  readonly longestRetryMs: number
  /** For a message that is refused for good, before others get their turn. */
  readonly refusedMs: number
}

export const PATIENCE: Patience = {
  answerMs: 10_000,
  firstRetryMs: 1_000,
  longestRetryMs: 300_000,
  refusedMs: 86_400_000,
}

export interface Failing {
  /** In a row. */
  readonly failures: number
  readonly isRefused: boolean
  /** The receiver asked for so much patience; null: it did not. */
  readonly retryAfterMs: number | null
}

/** Until the next try, a quarter more or less: whatever failed for many fails for them at the same moment. */
export function retryMs(
  { failures, isRefused, retryAfterMs }: Failing,
  { firstRetryMs, longestRetryMs }: Patience = PATIENCE,
  random = Math.random,
): number {
  const doubledMs = isRefused ? longestRetryMs : firstRetryMs * 2 ** Math.min(failures - 1, 20)
  const askedMs = Math.min(retryAfterMs ?? 0, longestRetryMs)
  return Math.max(askedMs, Math.min(longestRetryMs, doubledMs) * (0.75 + random() / 2))
}
