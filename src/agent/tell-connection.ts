import { filter, map, merge, share as multicast, type MonoTypeOperatorFunction } from "rxjs"
import type { EventDraft } from "../core/events.ts"
import type { Told } from "./hearsay.ts"
import { settled } from "./settled.ts"
import { isConnected } from "./shared.ts"

/** Adds the events that sharing works, and that it does not. `store`: where Redis is, without secrets. */
export function tellConnection(store: string): MonoTypeOperatorFunction<Told> {
  return all$ => {
    let error = ""
    const told$ = all$.pipe(multicast())
    const connected$ = told$.pipe(
      filter(told => told.kind === "state"),
      map(({ state }) => {
        error = state.error
        return isConnected(state)
      }),
      filter(connected => connected !== null),
    )
    const events$ = settled(connected$).pipe(
      map((connected): EventDraft =>
        connected ? { type: "share.connected", store } : { type: "share.disconnected", store, error },
      ),
      map((event): Told => ({ kind: "event", event })),
    )
    return merge(told$, events$)
  }
}
