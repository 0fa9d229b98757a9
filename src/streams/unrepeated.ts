import { defer, filter, type MonoTypeOperatorFunction } from "rxjs"
import type { EventDraft } from "../core/events.ts"

/** So long after it was told, the same trouble of the same prober is no news. */
const QUIET_MS = 60_000

/** Leaves out what was told a moment ago: a prober that fails every other second would fill the journal. */
export function unrepeated(now: () => number): MonoTypeOperatorFunction<EventDraft> {
  return events$ =>
    defer(() => {
      const toldMs = new Map<string, number>()
      return events$.pipe(
        filter(event => {
          if (event.type !== "probe.broken") return true
          // "Not running for 301 ms" is the same trouble as for 302.
          const trouble = JSON.stringify([event.link, event.probe, event.error.replaceAll(/\d+/g, "")])
          const isNews = now() - (toldMs.get(trouble) ?? -Infinity) >= QUIET_MS
          if (isNews) toldMs.set(trouble, now())
          return isNews
        }),
      )
    })
}
