import { distinctUntilChanged, filter, ignoreElements, map, tap, type Observable } from "rxjs"
import type { Desk } from "./desk.ts"
import { wallTime } from "./serve.ts"
import type { View } from "./watch-router.ts"

/** Writes down what a restart has to know, whenever it changes. */
export function keepState(desk: Desk, view$: Observable<View | null>): Observable<never> {
  return view$.pipe(
    filter(view => view !== null),
    map(notesOf),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
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
