import { filter, map, type Observable } from "rxjs"
import { stringify } from "yaml"
import type { JournalEvent } from "../../../src/core/events.ts"
import { labConfig, startAgent } from "../../../src/lab/agent.ts"
import { fromWallMs, type Decision, type Detector } from "./detector.ts"

type AppliedEvent = Extract<JournalEvent, { type: "weights.applied" }>

/** The rules in force, as the journal says once the transaction has been committed: later than the decision itself. */
function decisionsOf(events$: Observable<JournalEvent>): Observable<Decision> {
  return events$.pipe(
    filter((event): event is AppliedEvent => event.type === "weights.applied"),
    map(({ time, shares }) => ({ atMs: fromWallMs(Date.parse(time)), isUp: shares["isp1"] !== 0 })),
  )
}

function evenkeel(settings: string, health: Readonly<Record<string, string>>): Detector {
  return {
    name: "evenkeel",
    settings,
    configuration: Object.keys(health).length === 0 ? "the defaults" : stringify({ health }).trim(),
    start: async lab => decisionsOf((await startAgent(lab, labConfig(lab, { top: { health } }))).events$),
  }
}

export const byDefault = evenkeel("default", {})

export const evenkeels: readonly Detector[] = [byDefault, evenkeel("fast", { interval: "200ms", downAfter: "300ms" })]
