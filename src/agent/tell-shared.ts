import { defer, startWith, pairwise, map, type MonoTypeOperatorFunction } from "rxjs"
import { peerEventsBetween } from "../core/peers.ts"
import type { Desk } from "./desk.ts"
import { seldom } from "./seldom.ts"
import { isConnected, NOTHING_SHARED, type Shared } from "./shared.ts"

/** Of other routers' changes so many are told; their own journals have them all (`events --peer`). */
const PEER_TOLD = { most: 60, everyMs: 60_000 }

/** Puts into the journal that sharing works, that it does not, and what other routers see: each once. */
export function tellShared(desk: Desk, store: string): MonoTypeOperatorFunction<Shared> {
  return shared$ =>
    defer(() => {
      const isTold = seldom(PEER_TOLD)
      let wasConnected: boolean | null = null
      return shared$.pipe(
        startWith(NOTHING_SHARED),
        pairwise(),
        map(([before, after]) => {
          const connected = isConnected(after)
          if (connected !== null && connected !== wasConnected) {
            wasConnected = connected
            desk.tell(
              connected
                ? { type: "share.connected", store }
                : { type: "share.disconnected", store, error: after.error },
            )
          }
          // When nobody can be heard of, that is one trouble and was told.
          if (connected === true)
            for (const event of peerEventsBetween(before.peers, after.peers)) if (isTold()) desk.tell(event)
          return after
        }),
      )
    })
}
