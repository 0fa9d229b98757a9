/** What decided a change of state, with the thresholds it was held against: the answer to "why?". */
export interface Evidence {
  /** Probes judged since the last answer (to down) or since answers resumed (to up). */
  readonly probesSent: number
  readonly probesLost: number
  /** Time since enough targets last answered; null: they never did. */
  readonly silenceMs: number | null
  readonly lossRatio: number
  readonly rttMs: number | null
  /** Distinct targets that answer now. */
  readonly answering: number
  readonly thresholds: { readonly downAfterMs: number; readonly upAfterMs: number; readonly quorum: number }
}
