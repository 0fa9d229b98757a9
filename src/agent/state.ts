import { distinctUntilChanged, filter, ignoreElements, tap, type Observable } from "rxjs"
import type { LinkHealth } from "../core/link-health.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import type { View } from "./watch-router.ts"

/** Writes down what a restart has to know, whenever it changes. */
export function keepState(desk: Desk, view$: Observable<View | null>): Observable<never> {
  return view$.pipe(
    filter(view => view !== null),
    distinctUntilChanged(hasSameNotes),
    tap(({ world, gateways }) => {
      const links = Object.fromEntries(world.links.map(link => [link.name, noteOf(link)]))
      const time = new Date().toISOString()
      desk.lastState.write({ v: 1, time, links, gateways: Object.fromEntries(gateways) })
    }),
    ignoreElements(),
  )
}

function noteOf({ state, sinceMs, reason, damping: { penalty, atMs, isDamped } }: LinkHealth) {
  const note = { state, since: wallTime(sinceMs), reason }
  return penalty === 0 ? note : { ...note, damping: { penalty, asOf: wallTime(atMs), isDamped } }
}

/** Asked at every answer of every probe, so it builds nothing. */
function hasSameNotes(a: View, b: View): boolean {
  const isSame = (link: LinkHealth, i: number) => {
    const other = b.world.links[i]
    if (link.name !== other?.name || link.damping !== other.damping) return false
    return link.reason === other.reason && link.sinceMs === other.sinceMs
  }
  return a.gateways === b.gateways && a.world.links.length === b.world.links.length && a.world.links.every(isSame)
}
