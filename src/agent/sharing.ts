import {
  combineLatest,
  concat,
  defer,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  from,
  ignoreElements,
  merge,
} from "rxjs"
import { mergeMap, of, Subject, switchMap, take, tap, timeout, type Observable } from "rxjs"
import type { Config } from "../core/config.ts"
import type { Rumour } from "../core/hints.ts"
import type { PeerStatus } from "../core/status-shape.ts"
import { storeName } from "../share/store-name.ts"
import { runOf } from "../share/wire.ts"
import type { Desk } from "./desk.ts"
import type { Told } from "./hearsay.ts"
import { parcels, type Sources } from "./parcels.ts"
import { NOTHING_SHARED, type ShareState } from "./shared.ts"
import { plain, sharer, type Parcel } from "./sharer.ts"
import { tellConnection } from "./tell-connection.ts"
import type { View } from "./watch-router.ts"

/** What the agent knows of other routers. */
export interface Sharing {
  /** Shares what this router sees, and learns what others do, while it is subscribed to. Never errors. */
  readonly run$: Observable<never>
  readonly state: () => ShareState
  /** What is said of this router's lines: for whoever subscribes, all that is known, and then what changes. */
  readonly rumours$: Observable<Rumour>
  /** All other routers, by site and name; none when the thread that knows them does not answer. */
  readonly peers: () => Promise<readonly PeerStatus[]>
}

/** By one configuration after another. */
export function createSharing(sources: Sources & { readonly desk: Desk }): Sharing {
  const { desk } = sources
  let state: ShareState = NOTHING_SHARED
  const seen = new Map<string, Rumour>()
  const asked$ = new Subject<Parcel>()
  const told$ = new Subject<Told>()
  const remember = (told: Told) => {
    if (told.kind === "state") state = told.state
    if (told.kind === "event") desk.tell(told.event)
    if (told.kind === "bad") desk.log.warn(`ignored: ${told.where}: ${told.why}`)
    if (told.kind === "rumour" && told.rumour.kind === "seen") seen.set(told.rumour.line, told.rumour)
    told$.next(told)
  }
  const run$ = whenShared(sources).pipe(
    switchMap(([config, view]) => shareBy(config, view, sources, asked$)),
    mergeMap(told => (told.kind === "forgotten" ? [...seen.keys()].map(unseen) : [told])),
    tap(remember),
    ignoreElements(),
  )
  const rumour$ = told$.pipe(mergeMap(told => (told.kind === "rumour" ? [told.rumour] : [])))
  const rumours$ = defer(() => merge(from([...seen.values()]), rumour$))
  return { run$, state: () => state, rumours$, peers: () => askPeers(asked$, told$) }
}

const ANSWER_MS = 500

async function askPeers(asked$: Subject<Parcel>, told$: Observable<Told>): Promise<readonly PeerStatus[]> {
  if (!asked$.observed) return []
  const answer$ = told$.pipe(mergeMap(told => (told.kind === "peers" ? [told.peers] : [])))
  const answer = firstValueFrom(answer$.pipe(timeout({ first: ANSWER_MS, with: () => of([]) })))
  asked$.next({ kind: "ask" })
  return answer
}

function shareBy(config: Config, view: View, sources: Sources, asked$: Observable<Parcel>): Observable<Told> {
  const { share: settings, router, site, stateDir } = config
  if (settings === null) return NOBODY
  const errand = { share: plain(settings), router, site, stateDir, run: runOf(sources.since, process.pid) }
  const parcel$ = merge(parcels(sources, view, settings.ttlMs), asked$)
  return concat(NOBODY, sharer(errand, parcel$)).pipe(tellConnection(storeName(settings)))
}

/** Nobody is shared with. */
const NOBODY = from<readonly Told[]>([{ kind: "state", state: NOTHING_SHARED }, { kind: "forgotten" }])

function unseen(line: string): Told {
  return { kind: "rumour", rumour: { kind: "seen", line, view: null, by: null } }
}

/** Each configuration that shares in another way than the one before, as soon as there is something to share. */
function whenShared({ config$, view$ }: Pick<Sources, "config$" | "view$">): Observable<[Config, View]> {
  const firstView$ = view$.pipe(
    filter(view => view !== null),
    take(1),
  )
  return combineLatest([config$.pipe(distinctUntilChanged(isSharedAlike)), firstView$])
}

function isSharedAlike(a: Config, b: Config): boolean {
  const way = ({ router, site, stateDir, share: settings }: Config) =>
    JSON.stringify([router, site, stateDir, settings && plain(settings)])
  return way(a) === way(b)
}
