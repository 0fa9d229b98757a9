/** An answer that serves everybody for a while. */
export interface Remembered<T> {
  /** Asks only when the last answer was asked for longer ago; who asks meanwhile shares the one that is under way. */
  readonly get: () => Promise<T>
  /** What was answered, or is just being answered, may be wrong by now. */
  readonly forget: () => void
}

export function remembered<T>(forMs: number, ask: () => Promise<T>, now = () => performance.now()): Remembered<T> {
  let last: { readonly answer: Promise<T>; readonly askedMs: number; isPending: boolean } | null = null
  return {
    get: () => {
      if (last !== null && (last.isPending || now() - last.askedMs < forMs)) return last.answer
      const asked = { answer: ask(), askedMs: now(), isPending: true }
      const settle = () => (asked.isPending = false)
      asked.answer.then(settle, settle)
      last = asked
      return asked.answer
    },
    forget: () => (last = null),
  }
}
