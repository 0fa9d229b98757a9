import { distinctUntilChanged, filter, skip, type Observable } from "rxjs"
import type { JournalEvent } from "../core/events.ts"
import type { LinkHealth } from "../core/link-health.ts"
import { statusOf } from "../core/status.ts"
import { LONGEST_TEXT, type StateRecord } from "../share/wire.ts"
import { wallTime } from "./clock.ts"
import type { View } from "./watch-router.ts"

/** The state record of this router, as it is now. `since`: start of the agent. */
export function ownRecord(view: View, lastEvent: JournalEvent | null, since: string): StateRecord {
  const rulesInSync = view.isInSync()
  const running = { pid: process.pid, since, rulesInSync, lastApply: view.lastApply }
  const share = { connected: true, lag: null, error: null }
  const status = statusOf({ ipv4: view.world, ipv6: null, wallTime }, { ...running, overrides: [], share, peers: [] })
  return {
    v: 1,
    router: status.router,
    site: status.site,
    time: new Date().toISOString(),
    pid: process.pid,
    since,
    seq: lastEvent?.seq ?? 0,
    rulesInSync,
    links: status.links.map(({ name, line, state, reason, weight, share, loss, rttMs, drained, damped, ...link }) => {
      const said = { reason: reason.slice(0, LONGEST_TEXT), since: link.since ?? since }
      const probed = link.targets.length > 0
      return { name, line, state, ...said, weight, share, loss, rttMs, drained, damped, probed }
    }),
    lastEvent: lastEvent && { seq: lastEvent.seq, time: lastEvent.time, type: lastEvent.type },
  }
}

/** Whenever others should know at once. Measured values alone wait for the next renewal. */
export function recordChanges(view$: Observable<View | null>): Observable<unknown> {
  return view$.pipe(
    filter(view => view !== null),
    distinctUntilChanged(
      (a, b) => a.world.plan === b.world.plan && a.world.links.every((link, i) => isSame(link, b.world.links[i])),
    ),
    skip(1),
  )
}

/** Asked at every answer of every probe, so it builds nothing. */
function isSame(link: LinkHealth, other: LinkHealth | undefined): boolean {
  return link.state === other?.state && link.reason === other.reason && link.damping.isDamped === other.damping.isDamped
}
