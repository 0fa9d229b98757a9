const FIRST_MS = 1_000
const LONGEST_MS = 300_000

export interface Failing {
  /** In a row. */
  readonly failures: number
  readonly isRefused: boolean
  /** The receiver asked for so much patience; null: it did not. */
  readonly retryAfterMs: number | null
}

/** Until the next try, a quarter more or less: whatever failed for many fails for them at the same moment. */
export function retryMs({ failures, isRefused, retryAfterMs }: Failing, random = Math.random): number {
  const patienceMs = isRefused ? LONGEST_MS : FIRST_MS * 2 ** Math.min(failures - 1, 20)
  const askedMs = Math.min(retryAfterMs ?? 0, LONGEST_MS)
  return Math.max(askedMs, Math.min(LONGEST_MS, patienceMs) * (0.75 + random() / 2))
}
