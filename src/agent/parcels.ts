import { concat, filter, map, merge, of, timer, withLatestFrom, type Observable } from "rxjs"
import type { Config } from "../core/config.ts"
import type { Desk } from "./desk.ts"
import { ownRecord, recordChanges } from "./own-record.ts"
import type { Parcel } from "./sharer.ts"
import type { View } from "./watch-router.ts"

/** What there is to be handed to the thread that shares. */
export interface Sources {
  readonly desk: Pick<Desk, "told$" | "lastEvent">
  readonly config$: Observable<Config>
  readonly view$: Observable<View | null>
  /** Start of the agent. */
  readonly since: string
}

/** `first`: how things stand now. A record comes often enough never to expire, and whenever others should know at once. */
export function parcels({ desk, config$, view$, since }: Sources, first: View, ttlMs: number): Observable<Parcel> {
  const views$ = concat(of(first), view$.pipe(filter(view => view !== null)))
  const records$ = merge(timer(0, ttlMs / 3), recordChanges(views$)).pipe(
    withLatestFrom(views$),
    map(([, view]) => ({ kind: "record", record: ownRecord(view, desk.lastEvent(), since) }) as const),
  )
  const events$ = desk.told$.pipe(map(event => ({ kind: "event", event }) as const))
  return merge(records$, events$, config$.pipe(map(interest)))
}

/** Of which lines this router wants to hear, and from whom. */
function interest({ links, site, share }: Config): Parcel {
  const lines = new Set(links.map(({ line }) => line).filter(line => line !== null))
  return { kind: "interest", interest: { site, lines, follow: share?.follow ?? null } }
}
