import {
  defer,
  filter,
  firstValueFrom,
  forkJoin,
  map,
  merge,
  of,
  shareReplay,
  take,
  timeout,
  type Observable,
} from "rxjs"
import type { JournalEvent } from "../../core/events.ts"
import type { LabAgent } from "../agent.ts"
import { timed, type Timed } from "../timed.ts"

/** An agent that is being watched: its end is an error for whoever waits. */
export interface Watch {
  /** Resolves once each of the links has been found up. @throws Error that names those that have not. */
  readonly allUp: (links: readonly string[]) => Promise<void>
  /** The last of the links' first such events since then; null: not all of them came in time. */
  readonly each: (links: readonly string[], isWanted: Wanted, span: Span) => Promise<Timed | null>
  /** Ends the watching. @returns all that the journal said. */
  readonly end: () => readonly Timed[]
}

type Wanted = (event: JournalEvent, link: string) => boolean

interface Span {
  /** `monotonicMs` */
  readonly sinceMs: number
  readonly withinMs: number
}

/** A lab's modems and targets are there from the beginning. */
const START_MS = 20_000

export function watch({ child, events$ }: LabAgent): Watch {
  const all$ = merge(events$.pipe(map(timed)), endOf(child)).pipe(
    shareReplay({ bufferSize: Infinity, refCount: false }),
  )
  const seen: Timed[] = []
  const watching = all$.subscribe({ next: event => seen.push(event), error: () => undefined })
  const each: Watch["each"] = (links, isWanted, { sinceMs, withinMs }) => {
    const first = (link: string) => all$.pipe(filter(isSince(sinceMs, event => isWanted(event, link))), take(1))
    const last$ = forkJoin(links.map(first)).pipe(map(latest), timeout({ first: withinMs, with: () => of(null) }))
    return firstValueFrom(last$)
  }
  return {
    each,
    allUp: async links => {
      if ((await each(links, isUp, { sinceMs: 0, withinMs: START_MS })) !== null) return
      const missing = links.filter(link => !seen.some(({ event }) => isUp(event, link)))
      throw new Error(`in the lab ${missing.join(", ")} did not come up`)
    },
    end: () => {
      watching.unsubscribe()
      return seen
    },
  }
}

function endOf(child: LabAgent["child"]): Observable<never> {
  return defer(() => child.exited).pipe(
    map(({ exitCode, stderr }) => {
      throw new Error(`the lab's agent ended (exit code ${exitCode ?? "none"}): ${stderr.trim()}`)
    }),
  )
}

function isUp(event: JournalEvent, link: string): boolean {
  return event.type === "link.state" && event.link === link && event.to === "up"
}

/** The journal's wall clock has whole milliseconds. */
function isSince(sinceMs: number, isWanted: (event: JournalEvent) => boolean): (timed: Timed) => boolean {
  return ({ atMs, event }) => atMs >= sinceMs - 1 && isWanted(event)
}

function latest(events: readonly Timed[]): Timed {
  return events.reduce((a, b) => (a.atMs > b.atMs ? a : b))
}
