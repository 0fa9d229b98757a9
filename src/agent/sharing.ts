import {
  combineLatest,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  of,
  scan,
  share as multicast,
  switchMap,
  take,
  tap,
  timer,
  type BehaviorSubject,
  type Observable,
} from "rxjs"
import type { Config } from "../core/config.ts"
import type { Rumour } from "../core/hints.ts"
import { rumoursOf, type Difference, type Peers } from "../core/peers.ts"
import type { JournalEvent } from "../core/events.ts"
import { storeName } from "../share/store-name.ts"
import type { ShareNews } from "../share/share.ts"
import { runOf, type StateRecord } from "../share/wire.ts"
import type { Desk } from "./desk.ts"
import { ownRecord, recordChanges } from "./own-record.ts"
import { plain, sharer, type Parcel } from "./sharer.ts"
import { NOTHING_SHARED, onNews, type News, type Shared } from "./shared.ts"
import { tellShared } from "./tell-shared.ts"
import type { View } from "./watch-router.ts"

/** Shares what this router sees, and learns what others do, by one configuration after another. Never errors. */
export function sharing(
  desk: Desk,
  config$: Observable<Config>,
  view$: BehaviorSubject<View | null>,
  since: string,
): Observable<Shared> {
  const firstView$ = view$.pipe(
    filter(view => view !== null),
    take(1),
  )
  // What others said outlives a reload, so that whoever is gone after it is missed.
  let known = NOTHING_SHARED
  return combineLatest([config$.pipe(distinctUntilChanged(isSharedAlike)), firstView$]).pipe(
    switchMap(([config, firstView]) => {
      const { share: settings, router, site, stateDir } = config
      if (settings === null) return of(onNews(known, { kind: "silence" }, performance.now()))
      const record$ = defer(() => of(ownRecord(view$.value ?? firstView, desk.lastEvent(), since)))
      const records$ = merge(timer(0, settings.ttlMs / 3), recordChanges(view$)).pipe(switchMap(() => record$))
      const errand = { share: plain(settings), router, site, run: runOf(since, process.pid), stateDir }
      return withSilence(sharer(errand, parcels(desk.told$, records$)), settings.ttlMs).pipe(
        tap(warnOfBad(desk)),
        scan((before: Shared, news) => onNews(before, news, performance.now()), restarted(known, config)),
        distinctUntilChanged(),
        tellShared(desk, storeName(settings)),
      )
    }),
    tap(shared => (known = shared)),
  )
}

/** Nothing that matters here differs: a reload for other reasons leaves the connection alone. */
function isSharedAlike(a: Config, b: Config): boolean {
  const errand = ({ router, site, stateDir, share: settings }: Config) =>
    JSON.stringify([router, site, stateDir, settings && plain(settings)])
  return errand(a) === errand(b)
}

function parcels(event$: Observable<JournalEvent>, record$: Observable<StateRecord>): Observable<Parcel> {
  return merge(
    event$.pipe(map(event => ({ kind: "event", event }) as const)),
    record$.pipe(map(record => ({ kind: "record", record }) as const)),
  )
}

function restarted({ peers }: Shared, { site, share: settings }: Config): Shared {
  const isRead = (other: string) => other === site || settings?.sites.includes(other)
  return { ...NOTHING_SHARED, peers: new Map([...peers].filter(([, peer]) => isRead(peer.site))) }
}

function warnOfBad({ log }: Desk): (news: News) => void {
  return news => {
    if (news.kind === "bad") log.warn(`ignored: ${news.where}: ${news.why}`)
  }
}

/** A router that cannot be heard of for as long as its record lives is as good as gone. */
function withSilence(news$: Observable<ShareNews>, ttlMs: number): Observable<News> {
  const hot$ = news$.pipe(multicast())
  const silence$ = hot$.pipe(
    filter(news => (news.kind === "works" || news.kind === "fails") && news.half === "reading"),
    map(({ kind }) => kind),
    distinctUntilChanged(),
    switchMap(kind => (kind === "fails" ? timer(ttlMs) : EMPTY)),
    map(() => ({ kind: "silence" }) as const),
  )
  return merge(hot$, silence$)
}

/** What is said of this router's lines: for whoever subscribes, all that is known, and then what changes. */
export function rumours(shared$: Observable<Shared>, { links, site, share: settings }: Config): Observable<Rumour> {
  const lines = new Set(links.map(({ line }) => line).filter(line => line !== null))
  const interest = { site, lines, follow: settings?.follow ?? null }
  return shared$.pipe(
    map(({ peers, differences }, i) => ({ peers, differences: i === 0 ? allOf(peers) : differences })),
    mergeMap(step => rumoursOf(step, interest)),
  )
}

function allOf(peers: Peers): readonly Difference[] {
  return [...peers.values()].map(peer => ({ before: undefined, after: peer }))
}
