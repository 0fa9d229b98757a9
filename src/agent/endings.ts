import { concatMap, EMPTY, map, merge, mergeMap, switchMap, timer, type Observable } from "rxjs"
import { loadProtocols } from "../config/load.ts"
import { readPins } from "../config/pin.ts"
import type { Config } from "../core/config.ts"
import { listed, type Override, type Overrides } from "../core/overrides.ts"

/** An override that is to end without anybody taking it back. */
export interface Ending {
  readonly override: Override
  readonly why: string
}

/** A wall clock may be set at any time, so it is looked at rather than a timer set to the end. */
const LOOK_MS = 1000

/** May tell of one twice. `overrides$` and `config$` replay their newest. */
export function endings(overrides$: Observable<Overrides>, config$: Observable<Config>): Observable<Ending> {
  const over$ = overrides$.pipe(
    map(listed),
    switchMap(overrides => (overrides.some(hasEnd) ? timer(0, LOOK_MS).pipe(map(() => overrides)) : EMPTY)),
    mergeMap(overrides => overrides.filter(isOver)),
    map(override => ({ override, why: "its time is over" })),
  )
  const meaningless$ = config$.pipe(
    switchMap(config => overrides$.pipe(concatMap(overrides => meaningless(overrides, config)))),
    mergeMap(found => found),
  )
  return merge(over$, meaningless$)
}

/** Those of links that the configuration has no more, and pins that it would refuse. */
async function meaningless(overrides: Overrides, config: Config): Promise<readonly Ending[]> {
  const { unfit } = readPins(overrides.pins, config, await loadProtocols())
  return listed(overrides).flatMap((override): readonly Ending[] => {
    if (override.kind !== "pin") {
      const isKnown = config.links.some(({ name }) => name === override.link)
      return isKnown ? [] : [{ override, why: "there is no such link any more" }]
    }
    const found = unfit.find(({ name }) => name === override.name)
    return found === undefined ? [] : [{ override, why: found.why }]
  })
}

function hasEnd({ until }: Override): boolean {
  return until !== null
}

function isOver({ until }: Override): boolean {
  return until !== null && Date.parse(until) <= Date.now()
}
