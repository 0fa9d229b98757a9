import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  endWith,
  finalize,
  map,
  of,
  share,
  Subject,
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
      const done$ = new Subject<void>()
      const values$ = source.pipe(
        tap(value => (newest = value)),
        share({ resetOnComplete: false }),
      )
      const attempt = (value: T): Observable<Attempt<T, R>> =>
        defer(() => apply(value)).pipe(
          map(result => ({ ok: true, value, result }) as const),
          catchError((error: unknown) => concat(of(failure(value, error, retryMs)), retry(value))),
        )
      const retry = (value: T) => (newest === value ? wait$.pipe(concatMap(() => attempt(value))) : EMPTY)
      const wait$ = timer(retryMs).pipe(takeUntil(values$.pipe(endWith(null))))
      return values$.pipe(
        throttle(() => done$, { leading: true, trailing: true }),
        concatMap(value =>
          attempt(value).pipe(
            finalize(() => {
              done$.next()
            }),
          ),
        ),
      )
    })
}

function failure<T>(value: T, error: unknown, retryMs: number) {
  return { ok: false, value, error: error instanceof Error ? error : new Error(String(error)), retryMs } as const
}
