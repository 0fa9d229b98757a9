import {
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  skip,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  type Observable,
} from "rxjs"
import { dropOthers } from "../alerts/alerts.ts"
import { plainAlert } from "../core/alerts/config.ts"
import { linesOf } from "../core/alerts/known.ts"
import type { Config } from "../core/config.ts"
import type { EventDraft, JournalEvent } from "../core/events.ts"
import type { Hearing } from "../alerts/heard.ts"
import { persistently } from "../share/persistently.ts"
import { alerter, type AlertsJob, type AlertWord } from "./alerter.ts"
import type { Desk } from "./desk.ts"

/** A stop takes two seconds at most: so long it waits for those who want to know of it. */
const FAREWELL_MS = 700

/**
 * Alerts by one configuration after another, until `stop$` and the message that tells of it. Never errors. Without alerts
 * nothing is started.
 */
export function alerting(desk: Desk, config$: Observable<Config>, stop$: Observable<unknown>): Observable<never> {
  return defer(() => {
    const told$ = new Subject<EventDraft>()
    let current: AlertsJob | null = null
    const { keep$, hearing$ } = unwrittenOf(desk)
    const words$ = config$.pipe(
      map(jobOf),
      distinctUntilChanged(isSameJob),
      tap(job => (current = job)),
      switchMap(job => (job.alerts.length === 0 ? dropAll(job) : sending(job, hearing$))),
      tap(word => {
        if (word.kind === "warning") desk.warn(word.text)
        else {
          desk.tell(word.event)
          told$.next(word.event)
        }
      }),
    )
    const over$ = stop$.pipe(
      take(1),
      switchMap(() => farewell(current, told$)),
    )
    return merge(keep$, words$).pipe(ignoreElements(), takeUntil(over$))
  })
}

function jobOf(config: Config): AlertsJob {
  return { stateDir: config.stateDir, alerts: config.alerts.map(plainAlert), lines: linesOf(config) }
}

function isSameJob(a: AlertsJob, b: AlertsJob): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Events that the disk has not taken yet, for a thread that starts, and each one as it is told. */
function unwrittenOf({ told$, journal, lastEvent }: Desk) {
  const last = lastEvent()
  const unwritten = last === null ? [] : [last]
  const writtenSeq = () => journal.lastSeq - journal.unwritten
  const keep$ = told$.pipe(
    tap(event => {
      unwritten.push(event)
      while ((unwritten[0]?.seq ?? Infinity) <= writtenSeq()) unwritten.shift()
    }),
  )
  const hearing$ = defer(() => {
    const hearing = (events: readonly JournalEvent[]): Hearing => ({ events, writtenSeq: writtenSeq() })
    return merge(of(hearing(unwritten)), told$.pipe(map(event => hearing([event]))))
  })
  return { keep$, hearing$ }
}

function sending(job: AlertsJob, hearing$: Observable<Hearing>): Observable<AlertWord> {
  return persistently(alerter(job, hearing$), error => [
    { kind: "warning", text: `the thread that sends alerts ended, and is started again: ${error}` },
  ])
}

function dropAll({ stateDir }: AlertsJob): Observable<AlertWord> {
  const said: AlertWord[] = []
  const warn = (text: string) => said.push({ kind: "warning", text })
  return defer(() => dropOthers({ stateDir, warn }, []).catch((error: unknown) => warn(String(error)))).pipe(
    switchMap(() => said),
  )
}

/** Emits when all who are to be told of the stop at once have been, or have had their time. */
function farewell(job: AlertsJob | null, told$: Observable<EventDraft>): Observable<unknown> {
  const due = (job?.alerts ?? []).filter(({ when, forMs }) => when.includes("agent.stopped") && forMs === 0).length
  if (due === 0) return of(null)
  const isFarewell = (event: EventDraft) =>
    event.type === "alert.sent" && event.condition === "agent.stopped" && event.message === "opened"
  const allTold$ = told$.pipe(filter(isFarewell), skip(due - 1))
  return merge(timer(FAREWELL_MS), allTold$).pipe(take(1))
}
