import { monotonicMs } from "../clock.ts"

export interface Pace {
  readonly perSecond: number
  /** How many in all; Infinity: until the process ends. */
  readonly count: number
}

/**
 * Calls `act(0)`, `act(1)`, … at an even pace; after a delay it catches up, so that the rate holds over time.
 * Resolves after the last call.
 */
export function paced({ perSecond, count }: Pace, act: (index: number) => void): Promise<void> {
  const startMs = monotonicMs()
  let next = 0
  return new Promise(resolve => {
    const beat = () => {
      const due = Math.min(count, Math.floor(((monotonicMs() - startMs) * perSecond) / 1000) + 1)
      while (next < due) act(next++)
      if (next >= count) resolve()
      else setTimeout(beat, Math.max(0, startMs + (next * 1000) / perSecond - monotonicMs()))
    }
    beat()
  })
}
