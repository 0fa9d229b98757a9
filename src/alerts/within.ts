import { once } from "node:events"

/** Why the work of `within` was ended by its own time. */
export class TooLate extends Error {
  override readonly name = "TooLate"
}

/**
 * Does work whose signal aborts after `ms` (null: never by time), with each of `signals`, and when the work has
 * failed: it may have left something open. Not AbortSignal.any and
 * .timeout: they hold one another by weak references, and a collection takes the time limit away (nodejs/node issue 57736;
 * on Node 20.20 none of 20 fired).
 */
export async function within<T>(
  ms: number | null,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = () => {
    controller.abort()
  }
  const late = () => {
    controller.abort(new TooLate())
  }
  const timer = ms === null ? undefined : setTimeout(late, ms)
  for (const signal of signals) signal.addEventListener("abort", abort)
  if (signals.some(({ aborted }) => aborted)) abort()
  try {
    return await work(controller.signal)
  } catch (error) {
    abort()
    throw error
  } finally {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener("abort", abort)
  }
}

/** The work, or an error in these words as soon as `signal` aborts; what becomes of the work then is nobody's business. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal, words: string): Promise<T> {
  return Promise.race([work, aborted(signal, words)])
}

async function aborted(signal: AbortSignal, words: string): Promise<never> {
  if (!signal.aborted) await once(signal, "abort")
  throw new Error(words)
}
