import { defer, filter, ignoreElements, map, merge, share as multicast, tap } from "rxjs"
import type { MonoTypeOperatorFunction } from "rxjs"
import type { EventDraft } from "../core/events.ts"
import { peerEvents } from "../core/peers.ts"
import type { Desk } from "./desk.ts"
import { seldom } from "./seldom.ts"
import { settled } from "./settled.ts"
import { isConnected, type Shared } from "./shared.ts"

/** Of other routers' changes so many are told; their own journals have them all (`events --peer`). */
const PEER_TOLD = { most: 60, everyMs: 60_000 }

/** Puts into the journal that sharing works, that it does not, and what other routers see: each once. */
export function tellShared(desk: Desk, store: string): MonoTypeOperatorFunction<Shared> {
  return shared$ =>
    defer(() => {
      const isTold = seldom(PEER_TOLD)
      let error = ""
      const hot$ = shared$.pipe(
        tap(shared => {
          error = shared.error
          // When nobody can be heard of, that is one trouble and was told.
          if (shared.works.reading === true) for (const event of peerEvents(shared)) if (isTold()) desk.tell(event)
        }),
        multicast(),
      )
      const connected$ = settled(
        hot$.pipe(
          map(isConnected),
          filter(connected => connected !== null),
        ),
      ).pipe(
        tap(connected => {
          desk.tell(connectionEvent(connected, store, error))
        }),
        ignoreElements(),
      )
      return merge(connected$, hot$)
    })
}

function connectionEvent(isConnected: boolean, store: string, error: string): EventDraft {
  return isConnected ? { type: "share.connected", store } : { type: "share.disconnected", store, error }
}
