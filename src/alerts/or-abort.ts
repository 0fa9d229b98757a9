import { once } from "node:events"

/** The work, or an error in these words as soon as `signal` aborts; what becomes of the work then is nobody's business. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal, words: string): Promise<T> {
  return Promise.race([work, aborted(signal, words)])
}

async function aborted(signal: AbortSignal, words: string): Promise<never> {
  if (!signal.aborted) await once(signal, "abort")
  throw new Error(words)
}
