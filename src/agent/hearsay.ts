import { distinctUntilChanged, EMPTY, filter, ignoreElements, map, merge, mergeMap, switchMap, tap, timer } from "rxjs"
import { share as multicast, type Observable } from "rxjs"
import type { EventDraft, JournalEvent } from "../core/events.ts"
import type { Rumour } from "../core/hints.ts"
import { lostAfter, peerEvents, type LostPeers } from "../core/peer-events.ts"
import type { Difference, Peers } from "../core/peers.ts"
import { rumoursOf, type Interest } from "../core/rumours.ts"
import type { PeerStatus } from "../core/status-shape.ts"
import type { ShareNews } from "../share/share.ts"
import { seldom } from "./seldom.ts"
import type { News, Shared, ShareState } from "./shared.ts"

/** What the agent is told of all that is heard: what concerns it, and no more than it can bear. */
export type Told =
  | { readonly kind: "state"; readonly state: ShareState }
  | { readonly kind: "event"; readonly event: EventDraft }
  | { readonly kind: "rumour"; readonly rumour: Rumour }
  /** Something in Redis that no evenkeel writes, and where it is. */
  | { readonly kind: "bad"; readonly where: string; readonly why: string }
  /** All that was heard may be wrong by now. */
  | { readonly kind: "forgotten" }
  /** As it asked: all other routers. */
  | { readonly kind: "peers"; readonly peers: readonly PeerStatus[] }

/** Of other routers' changes so many are told; their own journals have them all (`events --peer`). */
const PEER_TOLD = { most: 60, everyMs: 600_000 }

/**
 * `shared$` replays its newest. Of each interest all that is known is told, and then what changes. `told$`: what the journal
 * tells from before; who was lost then may be back now.
 */
export function hearsay(
  shared$: Observable<Shared>,
  interest$: Observable<Interest>,
  told$: Observable<JournalEvent> = EMPTY,
): Observable<Told> {
  const states$ = shared$.pipe(
    map(({ works, error, publishedSeq }) => ({ works, error, publishedSeq })),
    distinctUntilChanged((a, b) => a.works === b.works && a.error === b.error && a.publishedSeq === b.publishedSeq),
    map(state => ({ kind: "state", state }) as const),
  )
  const events$ = eventsOfPeers(shared$, told$).pipe(map(event => ({ kind: "event", event }) as const))
  const rumours$ = interest$.pipe(
    switchMap(interest => rumoursFor(shared$, interest)),
    map(rumour => ({ kind: "rumour", rumour }) as const),
  )
  return merge(states$, events$, rumours$)
}

function eventsOfPeers(shared$: Observable<Shared>, told$: Observable<JournalEvent>): Observable<EventDraft> {
  const isBearable = seldom(PEER_TOLD)
  let lost: LostPeers = new Set()
  // Whoever was told that a router is lost is told that it is back, however much else there is to tell.
  const isTold = (event: EventDraft) => {
    const after = lostAfter(lost, event)
    const isBack = after.size < lost.size
    if (!isBack && !isBearable()) return false
    lost = after
    return true
  }
  const before$ = told$.pipe(
    tap(event => (lost = lostAfter(lost, event))),
    ignoreElements(),
  )
  // When nobody can be heard of, that is one trouble and is told as such.
  const events$ = shared$.pipe(
    mergeMap(shared => (shared.works.reading === true ? peerEvents(shared, lost) : [])),
    filter(isTold),
  )
  return merge(before$, events$)
}

function rumoursFor(shared$: Observable<Shared>, interest: Interest): Observable<Rumour> {
  return shared$.pipe(
    map(({ peers, differences }, i) => ({ peers, differences: i === 0 ? allOf(peers) : differences })),
    mergeMap(step => rumoursOf(step, interest)),
  )
}

function allOf(peers: Peers): readonly Difference[] {
  return [...peers.values()].map(peer => ({ before: undefined, after: peer }))
}

/** A router that cannot be heard of for as long as its record lives is as good as gone. */
export function withSilence(news$: Observable<ShareNews>, ttlMs: number): Observable<News> {
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
