import { catchError, defer, EMPTY, of, repeat, switchAll, takeUntil, tap, timer, type Observable } from "rxjs"
import { failTogether } from "../system/fail-together.ts"
import { seldom } from "./seldom.ts"

const RETRY_MS = 1000
/** It may last for days, and who alerts people takes a minute's silence for its end (core/alerts/changes.ts). */
const TELL_AGAIN_MS = 30_000
const MOST_TOLD = 10

/** One of those who begin at the same time. */
export interface Recruit<View> {
  /** Emits once what there is to see from then on, or errors. */
  readonly begin$: Observable<Observable<View>>
  /** What there is to see while it cannot begin. */
  readonly idle$: Observable<View>
  /** Hears why it cannot begin, when that changes and now and then. */
  readonly onTrouble: (error: unknown, retryMs: number) => void
}

/**
 * So many begin at the same time, each by itself: one that cannot is tried again until it can, or until `stop$`, as long
 * as another works. `isAtWork`: that is so already. Where none can begin, all end with what each of them said: nobody
 * would be watching, and who started them has to know.
 */
export function createMuster(count: number, isAtWork: boolean, stop$: Observable<unknown>) {
  const errors = new Map<object, unknown>()
  let isAnyAtWork = isAtWork
  return <View>(recruit: Recruit<View>): Observable<View> =>
    defer(() => {
      let hasBegun = false
      let isIdle = false
      let failures = 0
      const isNews = seldom({ most: MOST_TOLD, everyMs: TELL_AGAIN_MS })
      const onError = (error: unknown) => {
        errors.set(recruit, error)
        const isEnd = !isAnyAtWork && errors.size === count
        // One failed reading is no trouble: the next try is as good.
        if ((isEnd || ++failures > 1) && isNews(String(error))) recruit.onTrouble(error, RETRY_MS)
        if (isEnd) failTogether([...errors.values()])
        if (isIdle || !isAnyAtWork) return EMPTY
        isIdle = true
        return of(recruit.idle$)
      }
      return recruit.begin$.pipe(
        tap(() => (hasBegun = isAnyAtWork = true)),
        catchError(onError),
        repeat({ delay: () => (hasBegun ? EMPTY : timer(RETRY_MS).pipe(takeUntil(stop$))) }),
        switchAll(),
      )
    })
}
