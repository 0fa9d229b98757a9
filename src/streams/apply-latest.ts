import {
  BehaviorSubject,
  catchError,
  concatMap,
  defer,
  EMPTY,
  endWith,
  filter,
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

/** The wait before trying again: doubled after every failure in a row of the same value. In milliseconds. */
export interface Backoff {
  readonly firstRetryMs: number
  readonly mostRetryMs: number
}

/** The kernel refuses for a moment (xtables lock, an interface not yet there) or until a person mends something. */
const kernelBackoff: Backoff = { firstRetryMs: 1_000, mostRetryMs: 15_000 }

/**
 * Applies values one at a time; of those that arrive meanwhile only the newest is applied next. A failure is reported
 * and tried again after a wait. A newer value ends that wait, but never a run, and starts with the first wait again. The
 * same value come again (`isSame`) is not newer: the next try is for it as well, and comes no sooner, since what is
 * repeated every few seconds would have its failure reported every few seconds. When the source completes, a run is
 * finished and a wait is given up.
 *
 * switchMap would cut a run in half, exhaustMap lose the final value, concatMap replay stale ones, mergeMap run two.
 */
export function applyLatest<T, R>(
  apply: (value: T) => Observable<R>,
  isSame: (a: T, b: T) => boolean = Object.is,
  backoff: Backoff = kernelBackoff,
): OperatorFunction<T, Attempt<T, R>> {
  return source =>
    defer(() => {
      let newest: T
      const isBusy$ = new BehaviorSubject(false)
      const values$ = source.pipe(
        tap(value => (newest = value)),
        share({ resetOnComplete: false }),
      )
      const wait = (value: T, retryMs: number) => {
        if (!isSame(newest, value)) return EMPTY
        const newer$ = values$.pipe(filter(other => !isSame(other, value)))
        return timer(retryMs).pipe(takeUntil(newer$.pipe(endWith(null))))
      }
      const attempts = (value: T): Observable<Attempt<T, R>> => {
        let failures = 0
        let hasFailed = false
        const retryMs = () => delayMs(backoff, failures)
        return defer(() => apply(value)).pipe(
          map(result => ({ ok: true, value, result }) as const),
          tap({ subscribe: () => (hasFailed = false), error: () => (hasFailed = true) }),
          catchError((error: unknown) => {
            failures++
            return of(failure(value, error, retryMs()))
          }),
          // Not a retry inside of catchError: that would nest one level deeper with every failure.
          repeat({ delay: () => (hasFailed ? wait(value, retryMs()) : EMPTY) }),
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

function delayMs({ firstRetryMs, mostRetryMs }: Backoff, failures: number): number {
  return Math.min(mostRetryMs, firstRetryMs * 2 ** (failures - 1))
}

function failure<T>(value: T, error: unknown, retryMs: number) {
  return { ok: false, value, error: error instanceof Error ? error : new Error(String(error)), retryMs } as const
}
