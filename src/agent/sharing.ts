import {
  combineLatest,
  concat,
  defer,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  share as multicast,
  Subject,
  switchMap,
  take,
  tap,
  timeout,
  timer,
  withLatestFrom,
  type BehaviorSubject,
  type MonoTypeOperatorFunction,
  type Observable,
} from "rxjs"
import type { Config } from "../core/config.ts"
import type { Rumour } from "../core/hints.ts"
import type { PeerStatus } from "../core/status.ts"
import { storeName } from "../share/store-name.ts"
import { runOf } from "../share/wire.ts"
import type { Desk } from "./desk.ts"
import type { Told } from "./hearsay.ts"
import { ownRecord, recordChanges } from "./own-record.ts"
import { settled } from "./settled.ts"
import { isConnected, NOTHING_SHARED, type ShareState } from "./shared.ts"
import { plain, sharer, type Parcel } from "./sharer.ts"
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

const ANSWER_MS = 500

/** By one configuration after another. `since`: start of the agent. */
export function createSharing(
  desk: Desk,
  config$: BehaviorSubject<Config>,
  view$: BehaviorSubject<View | null>,
  since: string,
): Sharing {
  let state: ShareState = NOTHING_SHARED
  const seen = new Map<string, Rumour>()
  const asked$ = new Subject<unknown>()
  const told$ = new Subject<Told>()
  const run$ = whenShared(config$, view$).pipe(
    switchMap(([config, view]) => {
      const { share: settings, router, site, stateDir } = config
      if (settings === null) return NOBODY
      const errand = { share: plain(settings), router, site, stateDir, run: runOf(since, process.pid) }
      const record$ = records(desk, concat(of(view), view$.pipe(filter(each => each !== null))), settings.ttlMs, since)
      const parcel$ = merge(
        record$,
        events(desk),
        interests(config$),
        asked$.pipe(map(() => ({ kind: "ask" }) as const)),
      )
      return concat(NOBODY, sharer(errand, parcel$)).pipe(tellConnection(storeName(settings)))
    }),
    mergeMap(told => (told.kind === "forgotten" ? [...seen.keys()].map(unseen) : [told])),
    tap(told => {
      if (told.kind === "state") state = told.state
      if (told.kind === "event") desk.tell(told.event)
      if (told.kind === "bad") desk.log.warn(`ignored: ${told.where}: ${told.why}`)
      if (told.kind === "rumour" && told.rumour.kind === "seen") seen.set(told.rumour.line, told.rumour)
      told$.next(told)
    }),
    ignoreElements(),
  )
  const rumour$ = told$.pipe(mergeMap(told => (told.kind === "rumour" ? [told.rumour] : [])))
  return {
    run$,
    state: () => state,
    rumours$: defer(() => merge(from([...seen.values()]), rumour$)),
    peers: async () => {
      const answer$ = told$.pipe(mergeMap(told => (told.kind === "peers" ? [told.peers] : [])))
      const answer = firstValueFrom(answer$.pipe(timeout({ first: ANSWER_MS, with: () => of([]) })))
      asked$.next("ask")
      return asked$.observed ? answer : []
    },
  }
}

/** Nobody is shared with. */
const NOBODY = from<readonly Told[]>([{ kind: "state", state: NOTHING_SHARED }, { kind: "forgotten" }])

function unseen(line: string): Told {
  return { kind: "rumour", rumour: { kind: "seen", line, view: null, by: null } }
}

/** Each configuration that shares in another way than the one before, as soon as there is something to share. */
function whenShared(config$: Observable<Config>, view$: Observable<View | null>): Observable<[Config, View]> {
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

function events({ told$ }: Desk): Observable<Parcel> {
  return told$.pipe(map(event => ({ kind: "event", event }) as const))
}

/** Often enough that the record never expires, and whenever others should know at once. */
function records({ lastEvent }: Desk, view$: Observable<View>, ttlMs: number, since: string): Observable<Parcel> {
  return merge(timer(0, ttlMs / 3), recordChanges(view$)).pipe(
    withLatestFrom(view$),
    map(([, view]) => ({ kind: "record", record: ownRecord(view, lastEvent(), since) }) as const),
  )
}

/** Of which lines this router wants to hear, and from whom. */
function interests(config$: Observable<Config>): Observable<Parcel> {
  return config$.pipe(
    map(({ links, site, share: settings }): Parcel => {
      const lines = new Set(links.map(({ line }) => line).filter(line => line !== null))
      return { kind: "interest", interest: { site, lines, follow: settings?.follow ?? null } }
    }),
  )
}

/** Puts into the journal that sharing works, and that it does not. */
function tellConnection(store: string): MonoTypeOperatorFunction<Told> {
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
      map((connected): Told => {
        const event = connected
          ? ({ type: "share.connected", store } as const)
          : ({ type: "share.disconnected", store, error } as const)
        return { kind: "event", event }
      }),
    )
    return merge(told$, events$)
  }
}
