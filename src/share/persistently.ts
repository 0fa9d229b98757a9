import { catchError, defer, merge, mergeMap, of, retry, tap, throwError, timer, type Observable } from "rxjs"

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5_000
/** Work that went on for so long was no failure, though it ended. */
const LASTING_MS = 30_000

/** Does it again when it errors, ever less often as long as it does so soon; `tell` puts each error into words. */
export function persistently<T>(work$: Observable<T>, tell: (error: string) => readonly T[]): Observable<T> {
  let failures = 0
  const tried$ = defer(() => {
    const startMs = performance.now()
    return work$.pipe(
      tap({
        error: () => {
          failures = performance.now() - startMs < LASTING_MS ? failures + 1 : 1
        },
      }),
    )
  })
  return tried$.pipe(
    catchError((error: unknown) =>
      merge(of(...tell(messageOf(error))), timer(retryMs(failures)).pipe(mergeMap(() => throwError(() => error)))),
    ),
    retry(),
  )
}

/** Never the same for two routers: those of a site lose Redis at the same moment. */
function retryMs(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
