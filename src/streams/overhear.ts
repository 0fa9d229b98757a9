import { distinctUntilChanged, EMPTY, map, switchMap, type Observable } from "rxjs"
import type { LinkConfig } from "../core/config.ts"
import type { LinkHealth } from "../core/link-health.ts"
import { isOverheard, type Traffic } from "../core/traffic.ts"

/** Emits whenever users' connections over a link were seen to get on. Never errors: what cannot be heard is no evidence. */
export type OverhearLink = (link: LinkConfig) => Observable<unknown>

/** Listens to a link's users for as long as its health is in doubt, and not at all while it is not. */
export function overhear(
  link: LinkConfig,
  health$: Observable<LinkHealth>,
  listen: OverhearLink,
  now: () => number,
): Observable<Traffic> {
  return health$.pipe(
    map(isOverheard),
    distinctUntilChanged(),
    switchMap(isInDoubt => (isInDoubt ? listen(link) : EMPTY)),
    map(() => ({ kind: "traffic", link: link.name, atMs: now() }) as const),
  )
}
