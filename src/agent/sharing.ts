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
import { followJournal, readJournal } from "../journal/read.ts"
import { storeName } from "../share/store-name.ts"
import type { Own, ShareNews } from "../share/share.ts"
import type { Desk } from "./desk.ts"
import { ownRecord, recordChanges } from "./own-record.ts"
import { seldom } from "./seldom.ts"
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
  return combineLatest([config$, firstView$]).pipe(
    switchMap(([config, firstView]) => {
      const settings = config.share
      if (settings === null) return of(onNews(known, { kind: "silence" }, performance.now()))
      const record = () => ownRecord(view$.value ?? firstView, desk.lastEvent(), since)
      const own = { ...placeOf(config), appended$: desk.told$, record, changed$: recordChanges(view$) }
      // Loaded only where it is used: the client costs 10 MB.
      const news$ = defer(() => import("../share/share.ts")).pipe(switchMap(({ share }) => share(settings, own)))
      return withSilence(news$, settings.ttlMs).pipe(
        tap(badRecords(desk)),
        scan((before: Shared, news) => onNews(before, news, performance.now()), restarted(known, config)),
        distinctUntilChanged(),
        tellShared(desk, storeName(settings)),
      )
    }),
    tap(shared => (known = shared)),
  )
}

function restarted({ peers }: Shared, { site, share: settings }: Config): Shared {
  const isRead = (other: string) => other === site || settings?.sites.includes(other)
  return { ...NOTHING_SHARED, peers: new Map([...peers].filter(([, peer]) => isRead(peer.site))) }
}

function placeOf({ router, site, stateDir }: Config): Pick<Own, "router" | "site" | "journal"> {
  const journal: Own["journal"] = {
    follow: (seq, signal) => followJournal(stateDir, { sinceSeq: seq }, signal),
    read: seq => readJournal(stateDir, { sinceSeq: seq }),
  }
  return { router, site, journal }
}

/** Whoever writes bad records may write thousands. */
const BAD_TOLD = { most: 20, everyMs: 3_600_000 }

function badRecords({ log }: Desk): (news: News) => void {
  const isTold = seldom(BAD_TOLD)
  return news => {
    if (news.kind === "bad" && isTold(news.where)) log.warn(`ignored: ${news.where}: ${news.why}`)
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
