import { distinctUntilChanged, filter, ignoreElements, tap, type Observable } from "rxjs"
import type { LinkHealth } from "../core/link-health.ts"
import type { Notes } from "../journal/last-state.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import type { Views } from "./watch-families.ts"
import type { View } from "./watch-router.ts"

/** Writes down what a restart has to know, whenever it changes. */
export function keepState(desk: Desk, views$: Observable<Views | null>): Observable<never> {
  return views$.pipe(
    filter(views => views !== null),
    distinctUntilChanged((a, b) => hasSameNotes(a.ipv4, b.ipv4) && hasSameNotes(a.ipv6, b.ipv6)),
    tap(({ ipv4, ipv6 }) => {
      const time = new Date().toISOString()
      desk.lastState.write({ v: 1, time, ...notesOf(ipv4), ...(ipv6 !== null && { ipv6: notesOf(ipv6) }) })
    }),
    ignoreElements(),
  )
}

function notesOf({ world, gateways }: View): Notes {
  const links = Object.fromEntries(world.links.map(link => [link.name, noteOf(link)]))
  return { links, gateways: Object.fromEntries(gateways) }
}

function noteOf({ state, sinceMs, reason, damping: { penalty, atMs, isDamped } }: LinkHealth) {
  const note = { state, since: wallTime(sinceMs), reason }
  return penalty === 0 ? note : { ...note, damping: { penalty, asOf: wallTime(atMs), isDamped } }
}

/** Asked at every answer of every probe, so it builds nothing. */
function hasSameNotes(a: View | null, b: View | null): boolean {
  if (a === null || b === null) return a === b
  const isSame = (link: LinkHealth, i: number) => {
    const other = b.world.links[i]
    if (link.name !== other?.name || link.damping !== other.damping) return false
    return link.reason === other.reason && link.sinceMs === other.sinceMs
  }
  return a.gateways === b.gateways && a.world.links.length === b.world.links.length && a.world.links.every(isSame)
}
