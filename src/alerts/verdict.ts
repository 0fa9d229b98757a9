/** What became of one try to deliver a message. */
export type Verdict =
  /** `said`: the receiver's own words, or what stands for them. */
  | { readonly ok: true; readonly said: string }
  /** `isRefused`: the same try would fail for ever, until somebody mends the configuration or the receiver. */
  | {
      readonly ok: false
      readonly error: string
      readonly isRefused: boolean
      /** It may be this one message that is refused, and not whoever sends. */
      readonly isOfMessage: boolean
      readonly retryAfterMs: number | null
    }

export function failed(error: string, isRefused = false, retryAfterMs: number | null = null): Verdict {
  return { ok: false, error, isRefused, isOfMessage: false, retryAfterMs }
}

export function refusedMessage(error: string): Verdict {
  return { ok: false, error, isRefused: true, isOfMessage: true, retryAfterMs: null }
}
