import {
  BehaviorSubject,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  map,
  merge,
  switchMap,
  tap,
  timer,
  type Observable,
} from "rxjs"
import type { FamilyConfig } from "../core/family.ts"
import { isOurs } from "../core/ipsets.ts"
import { oneByOne } from "../files/one-by-one.ts"
import { dropStaleSets, makeStickySets, missingIn, prepareSets, withoutSets } from "./prepare-sets.ts"

/** Looks after the sets that the rules ask, ours and others'. A configuration with other sets needs another keeper. */
export interface SetKeeper {
  /** The configuration as far as its sets are there now: those that are being filled anew hold what they held. */
  readonly look: (config: FamilyConfig) => Promise<FamilyConfig>
  /** As of the last look: sets of ours that were not there are being filled, and worth a moment's wait. */
  readonly areComing: () => boolean
  /** Takes away sets that the configuration has no more; to be called when no rule asks for them. Once is enough for it. */
  readonly tidy: () => void
  /**
   * Fills ours, and looks every few seconds for what is lacking, while somebody listens; emits when that has changed
   * something, and when those that are coming are worth no more waiting.
   */
  readonly arrivals$: Observable<unknown>
}

/** One short `ipset list -n` each. */
const RETRY_MS = 5_000
/** 100,000 networks take less (docs/decisions.md). Longer, and a router that starts had better steer without its sets. */
const PATIENCE_MS = 2_000

/** Those of an earlier configuration may be being filled still, and would take each other's drafts. */
const inTurn = { 4: oneByOne(), 6: oneByOne() } as const

/** `onTrouble` hears once of each set that cannot be had. What takes time never stands in the way of the rules. */
export function keepSets(onTrouble: (error: unknown) => void): SetKeeper {
  let latest: FamilyConfig | null = null
  /** Null: the first try is not over. */
  let areFilled: boolean | null = null
  let missing: readonly string[] = []
  let isPatient = true
  let isTidy = false
  const isLacking$ = new BehaviorSubject(false)
  const tell = once(onTrouble)

  const look = async (config: FamilyConfig) => {
    latest = config
    if (areFilled === null) await makeStickySets(config).catch(tell)
    if (!config.sets.some(({ kind }) => kind === "owned")) areFilled ??= true
    missing = await missingIn(config, tell)
    for (const name of missing.filter(name => !isOurs(name)))
      tell(`ipset ${name} is not there: no flow matches it until it is, which is looked for every few seconds`)
    isLacking$.next(areFilled !== true || missing.length > 0)
    return withoutSets(config, missing)
  }
  const tryAgain = async (): Promise<boolean> => {
    if (latest === null) return false
    const [config, isFirst] = [latest, areFilled === null]
    const isDone = areFilled === true && !missing.some(name => isOurs(name))
    if (!isDone) areFilled = await inTurn[config.family](() => prepareSets(config, tell))
    const now = await missingIn(config, tell)
    return isFirst || (areFilled === true && !isDone) || now.join() !== missing.join()
  }
  const tidy = () => {
    if (isTidy || latest === null || areFilled === null) return
    const config = latest
    isTidy = true
    inTurn[config.family](() => dropStaleSets(config)).catch(onTrouble)
  }
  const tries$ = isLacking$.pipe(
    distinctUntilChanged(),
    switchMap(isLacking => (isLacking ? timer(0, RETRY_MS) : EMPTY)),
    exhaustMap(tryAgain),
    filter(hasChanged => hasChanged),
  )
  const impatience$ = timer(PATIENCE_MS).pipe(
    tap(() => (isPatient = false)),
    filter(() => areFilled === null),
  )
  const areComing = () => isPatient && areFilled === null && missing.some(name => isOurs(name))
  return { look, areComing, tidy, arrivals$: merge(tries$, impatience$).pipe(map(() => null)) }
}

function once(tell: (error: unknown) => void): (error: unknown) => void {
  const told = new Set<string>()
  return error => {
    const text = String(error)
    if (!told.has(text)) tell(error)
    told.add(text)
  }
}
