import {
  BehaviorSubject,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  interval,
  map,
  switchMap,
  type Observable,
} from "rxjs"
import type { FamilyConfig } from "../core/family.ts"
import { isOurs } from "../core/ipsets.ts"
import { missingIn, prepareSets, withoutSets } from "./prepare-sets.ts"

/** Looks after the sets that the rules ask, ours and others'. */
export interface SetKeeper {
  /**
   * The configuration as far as its sets are there now. Ours are filled the first time: a configuration with other sets
   * needs another keeper.
   */
  readonly look: (config: FamilyConfig) => Promise<FamilyConfig>
  /** While one is lacking and somebody listens, looks for it every few seconds; emits when that has changed something. */
  readonly arrivals$: Observable<unknown>
}

/** One short `ipset list -n` each. */
const RETRY_MS = 5_000

/** `onTrouble` hears once of each set that cannot be had. What is tried again never stands in the way of the rules. */
export function keepSets(onTrouble: (error: unknown) => void): SetKeeper {
  let latest: FamilyConfig | null = null
  let areFilled: boolean | null = null
  let missing: readonly string[] = []
  const isLacking$ = new BehaviorSubject(false)
  const tell = once(onTrouble)

  const look = async (config: FamilyConfig) => {
    latest = config
    areFilled ??= await prepareSets(config, tell)
    missing = await missingIn(config, tell)
    for (const name of missing.filter(name => !isOurs(name)))
      tell(`ipset ${name} is not there: no flow matches it until it is, which is looked for every few seconds`)
    isLacking$.next(!areFilled || missing.length > 0)
    return withoutSets(config, missing)
  }
  const tryAgain = async (): Promise<boolean> => {
    if (latest === null) return false
    const isDone = areFilled === true && !missing.some(name => isOurs(name))
    if (!isDone) areFilled = await prepareSets(latest, tell)
    const now = await missingIn(latest, tell)
    return (areFilled === true && !isDone) || now.join() !== missing.join()
  }
  const arrivals$ = isLacking$.pipe(
    distinctUntilChanged(),
    switchMap(isLacking => (isLacking ? interval(RETRY_MS) : EMPTY)),
    exhaustMap(tryAgain),
    filter(hasChanged => hasChanged),
    map(() => null),
  )
  return { look, arrivals$ }
}

function once(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new Set<string>()
  return error => {
    const text = String(error)
    if (!told.has(text)) tell(error)
    told.add(text)
  }
}
