import { parentPort, workerData } from "node:worker_threads"
import { BehaviorSubject, catchError, distinctUntilChanged, EMPTY, filter, from, map, merge } from "rxjs"
import { ReplaySubject, scan, Subject, tap } from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import type { Interest } from "../core/rumours.ts"
import { peersOf } from "../core/status.ts"
import { followJournal, readJournal } from "../journal/read.ts"
import { share } from "../share/share.ts"
import type { StateRecord } from "../share/wire.ts"
import { wallTime } from "./clock.ts"
import { giveBackSpareMemory } from "./give-back.ts"
import { hearsay, withSilence, type Told } from "./hearsay.ts"
import { seldom } from "./seldom.ts"
import { NOTHING_SHARED, onNews } from "./shared.ts"
import { veiled, type Errand, type Parcel } from "./sharer.ts"

/** The program of the thread that shares: see `sharer.ts`. */

giveBackSpareMemory()

const { share: settings, stateDir, ...self } = workerData as Errand
const appended$ = new Subject<JournalEvent>()
const record$ = new ReplaySubject<StateRecord>(1)
const interest$ = new ReplaySubject<Interest>(1)
const asked$ = new Subject<unknown>()
const shared$ = new BehaviorSubject(NOTHING_SHARED)
const bad$ = new Subject<Told>()

const peers$ = asked$.pipe(
  map((): Told => ({ kind: "peers", peers: peersOf(shared$.value.peers, wallTime, performance.now()) })),
)
// What cannot be read now is told by whoever follows the journal.
const told$ = from(readJournal(stateDir, { types: ["peer.lost", "peer.state"] })).pipe(catchError(() => EMPTY))
merge(hearsay(shared$, interest$, told$), bad$, peers$).subscribe(told => parentPort?.postMessage(told))

parentPort?.on("message", (parcel: Parcel) => {
  switch (parcel.kind) {
    case "event":
      appended$.next(parcel.event)
      return
    case "record":
      record$.next(parcel.record)
      return
    case "interest":
      interest$.next(parcel.interest)
      return
    case "ask":
      asked$.next(parcel)
  }
})

/** Whoever writes what is bad may write thousands. */
const isTold = seldom({ most: 20, everyMs: 3_600_000 })

const news$ = share(veiled(settings), {
  ...self,
  journal: {
    follow: (seq, signal) => followJournal(stateDir, { sinceSeq: seq }, signal),
    read: seq => readJournal(stateDir, { sinceSeq: seq }),
  },
  appended$,
  record$,
})

withSilence(news$, settings.ttlMs)
  .pipe(
    tap(news => {
      if (news.kind === "bad" && isTold(news.where)) bad$.next(news)
    }),
    filter(({ kind }) => kind !== "bad"),
    scan((before, news) => onNews(before, news, performance.now(), settings.ttlMs), NOTHING_SHARED),
    distinctUntilChanged(),
  )
  .subscribe(shared$)
