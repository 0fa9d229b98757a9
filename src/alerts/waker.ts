import { setTimeout as sleep } from "node:timers/promises"
import { within } from "./within.ts"

/** Ends waits and tries that have become pointless: a link has come back. */
export interface Waker {
  readonly wake: () => void
  /** From now until the next `wake`. */
  readonly next: () => Wait
}

interface Wait {
  readonly aborted: AbortSignal
  /** Resolves after this time, or at `wake`, or at `signal`. */
  readonly after: (ms: number, signal: AbortSignal) => Promise<void>
}

export function createWaker(): Waker {
  let current = new AbortController()
  return {
    wake: () => {
      const before = current
      current = new AbortController()
      before.abort()
    },
    next: () => {
      const { signal: aborted } = current
      const after: Wait["after"] = async (ms, signal) => {
        await within(null, [aborted, signal], ended => sleep(ms, undefined, { signal: ended })).catch(() => undefined)
      }
      return { aborted, after }
    },
  }
}
