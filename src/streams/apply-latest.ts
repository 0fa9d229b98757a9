import {
  BehaviorSubject,
  catchError,
  concatMap,
  defer,
  EMPTY,
  endWith,
  finalize,
  first,
  map,
  of,
  repeat,
  share,
  takeUntil,
  tap,
  throttle,
  timer,
  type Observable,
  type OperatorFunction,
} from "rxjs"

export type Attempt<T, R> =
  | { readonly ok: true; readonly value: T; readonly result: R }
  | { readonly ok: false; readonly value: T; readonly error: Error; readonly retryMs: number }

/**
 * Applies values one at a time; of those that arrive meanwhile only the newest is applied next. A failure is reported
 * and tried again after `retryMs`; a newer value ends that wait, but never a run. When the source completes, a run is
 * finished and a wait is given up.
 *
 * switchMap would cut a run in half, exhaustMap lose the final value, concatMap replay stale ones, mergeMap run two.
 */
export function applyLatest<T, R>(
  apply: (value: T) => Observable<R>,
  retryMs: number,
): OperatorFunction<T, Attempt<T, R>> {
  return source =>
    defer(() => {
      let newest: T
      const isBusy$ = new BehaviorSubject(false)
      const values$ = source.pipe(
        tap(value => (newest = value)),
        share({ resetOnComplete: false }),
      )
      const wait$ = timer(retryMs).pipe(takeUntil(values$.pipe(endWith(null))))
      const attempts = (value: T): Observable<Attempt<T, R>> => {
        let hasFailed = false
        return defer(() => apply(value)).pipe(
          map(result => ({ ok: true, value, result }) as const),
          tap({ subscribe: () => (hasFailed = false), error: () => (hasFailed = true) }),
          catchError((error: unknown) => of(failure(value, error, retryMs))),
          // Not a retry inside of catchError: that would nest one level deeper with every failure.
          repeat({ delay: () => (hasFailed && newest === value ? wait$ : EMPTY) }),
          finalize(() => {
            isBusy$.next(false)
          }),
        )
      }
      return values$.pipe(
        // A state rather than a signal: a run may have ended before anybody could have listened for its end.
        throttle(() => isBusy$.pipe(first(isBusy => !isBusy)), { leading: true, trailing: true }),
        tap(() => {
          isBusy$.next(true)
        }),
        concatMap(attempts),
      )
    })
}

function failure<T>(value: T, error: unknown, retryMs: number) {
  return { ok: false, value, error: error instanceof Error ? error : new Error(String(error)), retryMs } as const
}
