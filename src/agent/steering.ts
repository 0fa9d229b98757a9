import {
  BehaviorSubject,
  concatMap,
  EMPTY,
  ignoreElements,
  merge,
  mergeMap,
  switchMap,
  timer,
  type Observable,
} from "rxjs"
import type { Obeyed } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { ordered, type Order } from "../core/orders.ts"
import { listed, withoutOverride, type Override, type Overrides } from "../core/overrides.ts"
import type { World } from "../core/world.ts"
import { writeOverrides } from "../journal/overrides-file.ts"
import type { Desk } from "./desk.ts"

/** What operators decide at run time. */
export interface Steering {
  /** Replays the newest. */
  readonly overrides$: Observable<Overrides>
  readonly current: () => Overrides
  /** Ends those whose time is over, and those of links that the configuration has no more, while it is subscribed to. */
  readonly run$: Observable<never>
  /** `worlds`: how things stand in each family that is steered. */
  readonly obey: (order: Order, worlds: readonly World[]) => Promise<Obeyed>
}

interface Sources {
  readonly tell: Desk["tell"]
  readonly stateDir: string
  readonly config$: Observable<Config>
}

/** A wall clock may be set at any time, so it is looked at rather than a timer set to the end. */
const LOOK_MS = 1000

export function createSteering(kept: Overrides, { tell, stateDir, config$ }: Sources): Steering {
  const overrides$ = new BehaviorSubject(kept)

  /** They hold at once, whatever becomes of the file. @returns words for what went wrong. */
  const change = async (next: Overrides): Promise<string> => {
    overrides$.next(next)
    const trouble = await writeOverrides(stateDir, next).then(() => null, String)
    return trouble === null ? "" : `; but a restart will not know of it: ${trouble}`
  }
  const clear = ({ kind, link }: Pick<Override, "kind" | "link">, why: string): Promise<string> => {
    tell({ type: "override.cleared", kind, link, why })
    return change(withoutOverride(overrides$.value, kind, link))
  }
  const obey: Steering["obey"] = async (order, worlds) => {
    const result = ordered(overrides$.value, order, worlds)
    if (!result.ok) return { ok: false, said: result.why }
    if (order.do === "clear") return { ok: true, said: await clear(order, "taken back") }
    tell({ type: "override.set", ...order.override })
    return { ok: true, said: await change(result.overrides) }
  }
  const over$ = overrides$.pipe(
    switchMap(overrides => (listed(overrides).some(hasEnd) ? timer(0, LOOK_MS) : EMPTY)),
    mergeMap(() => listed(overrides$.value).filter(isOver)),
    concatMap(override => clear(override, "its time is over")),
  )
  const orphaned$ = config$.pipe(
    mergeMap(({ links }) => listed(overrides$.value).filter(({ link }) => !links.some(({ name }) => name === link))),
    concatMap(override => clear(override, "there is no such link any more")),
  )
  return { overrides$, current: () => overrides$.value, run$: merge(over$, orphaned$).pipe(ignoreElements()), obey }
}

function hasEnd({ until }: Override): boolean {
  return until !== null
}

function isOver({ until }: Override): boolean {
  return until !== null && Date.parse(until) <= Date.now()
}
