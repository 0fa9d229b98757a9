import { asyncScheduler, exhaustMap, filter, merge, Subscription, tap, throttleTime, timer } from "rxjs"
import type { Status } from "../core/status-shape.ts"
import { createHistory, STEP_MS, type History } from "./history.ts"
import { createMetrics, type Metrics } from "./metrics/metrics.ts"
import { createRecent, type Recent } from "./recent.ts"
import { Refusal } from "./refusal.ts"
import { remembered, type Remembered } from "./remembered.ts"
import type { JournalState, News, Source } from "./source.ts"
import { createStreams, journalMessage, message, type Streams } from "./streams.ts"

/** So often clients are told how things stand, at most. */
const TOLD_MS = 500
/** Less, so that what is told is never what was told before. */
const STATUS_MS = 400
/** To read the kernel's counters starts a program. */
const POLICIES_MS = 5_000

/** How things stand, as an object and as JSON. */
export interface Shown {
  readonly status: Status
  readonly json: string
}

/** All that is known of the agent, kept up to date for any number of clients at the price of one. */
export interface Live {
  /** @throws Refusal when the agent does not answer, or is just starting. */
  readonly shown: Remembered<Shown>
  readonly history: History
  readonly metrics: Metrics
  readonly recent: Recent
  readonly streams: Streams
  readonly journal: () => JournalState
  readonly close: () => void
}

export function createLive(source: Source, version: string): Live {
  const shown = remembered(STATUS_MS, showing(source))
  const metrics = createMetrics(version)
  const recent = createRecent(source.journal)
  const streams = createStreams(metrics.onDropped)
  const history = createHistory()
  let journal: JournalState = { lastSeq: 0, unwritten: 0 }

  const onNews = (news: News) => {
    if (news.kind === "event") {
      shown.forget()
      metrics.onEvent(news.event)
      recent.add(news.event)
      streams.send(journalMessage(news.event))
      return
    }
    journal = news.journal
    recent.reach(journal.lastSeq)
    metrics.onTallies(news.tallies)
    history.add(news.tallies)
  }
  const running = new Subscription()
  running.add(source.news$.subscribe(onNews))
  running.add(telling(source, shown, streams))
  running.add(keeping(history, shown, streams))
  return {
    shown,
    history,
    metrics,
    recent,
    streams,
    journal: () => journal,
    close: () => {
      running.unsubscribe()
      streams.close()
    },
  }
}

/** Asks the agent for what `evenkeel status --json` prints. */
function showing({ ask }: Source): () => Promise<Shown> {
  const policies = remembered(POLICIES_MS, () => ask("policies"))
  return async () => {
    const [found, counted] = await Promise.all([ask("status"), policies.get().catch(() => null)])
    if (found === undefined) throw new Refusal(503, "the agent is just starting: ask again in a second")
    const status = { ...(found as Status), policies: counted ?? null }
    return { status, json: JSON.stringify(status) }
  }
}

/** Tells clients, while there are any, how things stand whenever that has changed; at once after an event. */
function telling({ news$ }: Source, shown: Live["shown"], streams: Streams): Subscription {
  let told = ""
  const events$ = news$.pipe(filter(({ kind }) => kind === "event"))
  return merge(timer(0, TOLD_MS), events$)
    .pipe(
      filter(() => streams.count() > 0),
      throttleTime(TOLD_MS, asyncScheduler, { leading: true, trailing: true }),
      exhaustMap(() => shown.get().catch(() => null)),
      tap(now => {
        if (now === null || now.json === told) return
        told = now.json
        streams.send(message("status", told))
      }),
    )
    .subscribe()
}

const LOOK_MS = 1_000

/** Ends a step of the history when its time has come: several at once, when this thread stood still meanwhile. */
function keeping(history: History, shown: Live["shown"], streams: Streams): Subscription {
  const startMs = performance.now()
  let ended = 0
  let shares: Readonly<Record<string, number>> = {}
  const due = () => Math.floor((performance.now() - startMs) / STEP_MS) - ended
  return timer(LOOK_MS, LOOK_MS)
    .pipe(
      filter(() => due() > 0),
      exhaustMap(() => shown.get().catch(() => null)),
      tap(now => {
        if (now !== null) shares = Object.fromEntries(now.status.links.map(({ name, share }) => [name, share]))
        for (let steps = due(); steps > 0; steps--, ended++) {
          const sample = history.close(Date.now() - (steps - 1) * STEP_MS, shares)
          streams.send(message("sample", JSON.stringify(sample)))
        }
      }),
    )
    .subscribe()
}
