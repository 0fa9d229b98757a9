import {
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  retry,
  scan,
  switchMap,
  takeUntil,
  tap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from "rxjs"
import type { Config } from "../core/config.ts"
import { rulesFailed } from "../core/events.ts"
import { viewOf, type FamilyConfig } from "../core/family.ts"
import type { Rumour } from "../core/hints.ts"
import type { Family } from "../core/ip-family.ts"
import { overridden } from "../core/overrides.ts"
import { familiesHere } from "../system/families.ts"
import { begin } from "./begin.ts"
import { clearFamily } from "./clear-family.ts"
import type { Desk } from "./desk.ts"
import type { Steering } from "./steering.ts"
import { watchRouter, type View } from "./watch-router.ts"

/** What the agent knows at one moment. `ipv6`: null where it is not steered. */
export interface Views {
  readonly ipv4: View
  readonly ipv6: View | null
}

/** What was known before, what others say, and what operators decide. */
export interface Before {
  readonly last: Views | null
  readonly rumours$: Observable<Rumour>
  readonly steering: Pick<Steering, "overrides$" | "current">
}

/** As the kernel is asked again for rules that it refuses. */
const FIRST_RETRY_MS = 1_000
const MOST_RETRY_MS = 15_000

/** Each family is watched and steered by itself: neither waits for the other, nor fails with it. */
export function watchFamilies(
  desk: Desk,
  config: Config,
  { last, rumours$, steering }: Before,
  stop$: Observable<unknown>,
): Observable<Views> {
  const watch = (view: FamilyConfig, known: View | null, said$: Observable<Rumour>) => {
    const start$ = defer(() => begin(desk, overridden(view, steering.current()), known))
    // Only an agent that steers nothing yet, and can steer nothing, ends: whoever starts it is to know.
    const isPatient = last !== null || view.family === 6
    const told$ = start$.pipe(
      tap({
        error: (error: unknown) => {
          desk.tell(rulesFailed(view.family, error, 0))
        },
      }),
    )
    const begun$ = isPatient ? start$.pipe(retried(desk, view.family), takeUntil(stop$)) : told$
    const steering$ = steering.overrides$.pipe(map(overrides => overridden(view, overrides)))
    return begun$.pipe(switchMap(start => watchRouter(desk, start, { rumours$: said$, steering$ }, stop$)))
  }
  const ipv6 = viewOf(config, 6)
  const isSteered = ipv6.links.length > 0 && familiesHere().includes(6)
  if (ipv6.links.length > 0 && !isSteered) desk.warn(new Error("this kernel has no IPv6: IPv6 probes are not asked"))
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

/** Begins again, ever less often, and tells of each failure: a route in the way of one family is somebody else's to remove. */
function retried<T>(desk: Pick<Desk, "tell">, family: Family): MonoTypeOperatorFunction<T> {
  return retry({
    delay: (error: unknown, failures) => {
      const retryMs = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1))
      desk.tell(rulesFailed(family, error, retryMs))
      return timer(retryMs)
    },
  })
}
