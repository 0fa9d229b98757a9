import { parentPort, workerData } from "node:worker_threads"
import { filter, ReplaySubject, Subject } from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import { followJournal, readJournal } from "../journal/read.ts"
import { share } from "../share/share.ts"
import type { StateRecord } from "../share/wire.ts"
import { seldom } from "./seldom.ts"
import { veiled, type Errand, type Parcel } from "./sharer.ts"

/** The program of the thread that shares: see `sharer.ts`. */

const { share: settings, stateDir, ...self } = workerData as Errand
const appended$ = new Subject<JournalEvent>()
const record$ = new ReplaySubject<StateRecord>(1)

parentPort?.on("message", (parcel: Parcel) => {
  if (parcel.kind === "event") appended$.next(parcel.event)
  else record$.next(parcel.record)
})

/** Whoever writes what is bad may write thousands. */
const isTold = seldom({ most: 20, everyMs: 3_600_000 })

share(veiled(settings), {
  ...self,
  journal: {
    follow: (seq, signal) => followJournal(stateDir, { sinceSeq: seq }, signal),
    read: seq => readJournal(stateDir, { sinceSeq: seq }),
  },
  appended$,
  record$,
})
  .pipe(filter(news => news.kind !== "bad" || isTold(news.where)))
  .subscribe(news => parentPort?.postMessage(news))
