import type { Observable } from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import type { Order } from "../core/orders.ts"
import type { Tally } from "../core/tally.ts"

/** What the server has of the agent. */
export interface Source {
  /** As the control socket is asked; undefined: there is no such thing. @throws Refusal when nobody answers */
  readonly ask: (...path: readonly string[]) => Promise<unknown>
  /** @throws Refusal when nobody answers */
  readonly obey: (order: Order) => Promise<Obeyed>
  /** What is on disk from this number on, oldest first. */
  readonly journal: (sinceSeq: number) => AsyncIterable<JournalEvent>
  readonly news$: Observable<News>
  /** Trouble of this server's own. */
  readonly warn: (text: string) => void
}

/** `said`: for a person. */
export interface Obeyed {
  readonly ok: boolean
  readonly said: string
}

/** What comes without being asked for. */
export type News =
  /** At the moment when it gets its number; it is on disk a little later. */
  | { readonly kind: "event"; readonly event: JournalEvent }
  /** Once a second. */
  | { readonly kind: "pulse"; readonly tallies: readonly Tally[]; readonly journal: JournalState }

export interface JournalState {
  /** Number of the last event; 0: none. */
  readonly lastSeq: number
  /** Events that the disk has not taken yet. */
  readonly unwritten: number
}
