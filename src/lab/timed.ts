import type { JournalEvent } from "../core/events.ts"
import { monotonicMs } from "./clock.ts"

/** A journal event on the clock of everything else in a lab. */
export interface Timed {
  /** `monotonicMs` when it was written. */
  readonly atMs: number
  readonly event: JournalEvent
}

/** To be called soon after it was written: the wall clock may be set meanwhile. */
export function timed(event: JournalEvent): Timed {
  return { atMs: monotonicMs() - (Date.now() - Date.parse(event.time)), event }
}
