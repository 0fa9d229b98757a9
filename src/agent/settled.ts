import {
  concat,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  of,
  switchMap,
  tap,
  timer,
  type Observable,
} from "rxjs"

const FIRST_HOLD_MS = 10_000
const LONGEST_HOLD_MS = 600_000
/** What worked for so long is trusted anew. */
const STEADY_MS = 3_600_000

/**
 * Whether something works, as it is worth telling: the first time and that it fails at once, but that it works again only
 * when this has lasted, and for longer each time that it did not. So what comes and goes for ever is told ever less often.
 */
export function settled(works$: Observable<boolean>): Observable<boolean> {
  return defer(() => {
    let hasFailed = false
    let returns = 0
    const hold = () => timer(Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** returns))
    const back$ = defer(hold).pipe(
      map(() => {
        returns += 1
        return true
      }),
    )
    const trusted$ = timer(STEADY_MS).pipe(
      tap(() => (returns = 0)),
      ignoreElements(),
    )
    return works$.pipe(
      distinctUntilChanged(),
      tap(works => (hasFailed ||= !works)),
      switchMap(works => (works ? concat(hasFailed ? back$ : of(true), trusted$) : of(false))),
      distinctUntilChanged(),
    )
  })
}
