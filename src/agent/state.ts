import { distinctUntilChanged, filter, ignoreElements, map, tap, type Observable } from "rxjs"
import type { LinkHealth } from "../core/link-health.ts"
import type { Desk } from "./desk.ts"
import { wallTime } from "./serve.ts"
import type { View } from "./watch-router.ts"

/** Writes down what a restart has to know, whenever it changes. */
export function keepState(desk: Desk, view$: Observable<View | null>): Observable<never> {
  return view$.pipe(
    filter(view => view !== null),
    distinctUntilChanged(hasSameNotes),
    map(notesOf),
    tap(({ links, gateways }) => {
      const stamped = links.map(({ name, sinceMs, ...link }) => [name, { ...link, since: wallTime(sinceMs) }] as const)
      desk.lastState.write({ v: 1, time: new Date().toISOString(), links: Object.fromEntries(stamped), gateways })
    }),
    ignoreElements(),
  )
}

function notesOf({ world, gateways }: View) {
  return {
    links: world.links.map(({ name, state, sinceMs, reason }) => ({ name, state, sinceMs, reason })),
    gateways: Object.fromEntries(gateways),
  }
}

/** Asked at every answer of every probe, so it builds nothing. */
function hasSameNotes(a: View, b: View): boolean {
  const isSame = (link: LinkHealth, i: number) => {
    const other = b.world.links[i]
    return link.name === other?.name && link.reason === other.reason && link.sinceMs === other.sinceMs
  }
  return a.gateways === b.gateways && a.world.links.length === b.world.links.length && a.world.links.every(isSame)
}
