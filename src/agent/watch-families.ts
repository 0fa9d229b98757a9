import { catchError, defer, EMPTY, filter, ignoreElements, map, merge, scan, type Observable } from "rxjs"
import type { Config } from "../core/config.ts"
import { rulesFailed } from "../core/events.ts"
import { viewOf, type FamilyConfig } from "../core/family.ts"
import type { Rumour } from "../core/hints.ts"
import { overridden } from "../core/overrides.ts"
import { familiesHere } from "../system/families.ts"
import { begin, idleView } from "./begin.ts"
import { clearFamily } from "./clear-family.ts"
import type { Desk } from "./desk.ts"
import { createMuster, type Recruit } from "./muster.ts"
import type { Steering } from "./steering.ts"
import { watchRouter, type View } from "./watch-router.ts"

/** What the agent knows at one moment. `ipv6`: null where it is not steered. */
export interface Views {
  readonly ipv4: View
  readonly ipv6: View | null
}

/** What was known before, what others say, and what operators decide. */
export interface Before<Known = Views> {
  readonly last: Known | null
  readonly rumours$: Observable<Rumour>
  readonly steering: Pick<Steering, "overrides$" | "current">
}

/**
 * Each family is watched and steered by itself: neither waits for the other, nor fails with it. Only where none can be
 * steered at a start is that the end; a router that was set up once is not given up because of a reload.
 */
export function watchFamilies(
  desk: Desk,
  config: Config,
  { last, rumours$, steering }: Before,
  stop$: Observable<unknown>,
): Observable<Views> {
  const ipv6 = viewOf(config, 6)
  const isSteered = ipv6.links.length > 0 && familiesHere().includes(6)
  if (ipv6.links.length > 0 && !isSteered) desk.warn(new Error("this kernel has no IPv6: IPv6 probes are not asked"))
  const muster = createMuster(isSteered ? 2 : 1, last !== null, stop$)
  const watch = (view: FamilyConfig, last: View | null, rumours$: Observable<Rumour>) =>
    muster(recruit(desk, view, { last, rumours$, steering }, stop$))
  const ipv4$ = watch(viewOf(config, 4), last?.ipv4 ?? null, rumours$)
  // What others say of a line they have learned over IPv4.
  const ipv6$ = isSteered
    ? watch(ipv6, last?.ipv6 ?? null, EMPTY)
    : defer(() => clearFamily(desk, 6)).pipe(ignoreElements())
  return merge(ipv4$.pipe(map(ipv4 => ({ ipv4 }))), ipv6$.pipe(map(ipv6 => ({ ipv6 })))).pipe(
    scan((views: Partial<Views>, change: Partial<Views>) => ({ ...views, ...change }), { ipv6: null }),
    filter((views): views is Views => views.ipv4 !== undefined),
  )
}

function recruit(
  desk: Desk,
  view: FamilyConfig,
  { last, rumours$, steering }: Before<View>,
  stop$: Observable<unknown>,
): Recruit<View> {
  const steering$ = steering.overrides$.pipe(map(overrides => overridden(view, overrides)))
  const now = () => overridden(view, steering.current())
  return {
    begin$: defer(() => begin(desk, now(), last)).pipe(
      map(start => watchRouter(desk, start, { rumours$, steering$ }, stop$)),
    ),
    idle$: defer(() => idleView(desk, now(), last)).pipe(catchError(() => EMPTY)),
    onTrouble: (error, retryMs) => {
      desk.tell(rulesFailed(view.family, error, retryMs))
    },
  }
}
