import type { EventDraft } from "../core/events.ts"
import { defer, tap, type MonoTypeOperatorFunction } from "rxjs"
import { peerEvents } from "../core/peers.ts"
import type { Desk } from "./desk.ts"
import { seldom } from "./seldom.ts"
import { isConnected, type Shared } from "./shared.ts"

/** Of other routers' changes so many are told; their own journals have them all (`events --peer`). */
const PEER_TOLD = { most: 60, everyMs: 60_000 }

/** Puts into the journal that sharing works, that it does not, and what other routers see: each once. */
export function tellShared(desk: Desk, store: string): MonoTypeOperatorFunction<Shared> {
  return shared$ =>
    defer(() => {
      const isTold = seldom(PEER_TOLD)
      let wasConnected: boolean | null = null
      return shared$.pipe(
        tap(shared => {
          const connected = isConnected(shared)
          if (connected !== null && connected !== wasConnected) {
            wasConnected = connected
            desk.tell(connectionEvent(connected, store, shared.error))
          }
          // When nobody can be heard of, that is one trouble and was told.
          if (connected === true) for (const event of peerEvents(shared)) if (isTold()) desk.tell(event)
        }),
      )
    })
}

function connectionEvent(isConnected: boolean, store: string, error: string): EventDraft {
  return isConnected ? { type: "share.connected", store } : { type: "share.disconnected", store, error }
}
