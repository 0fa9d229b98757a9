import { catchError, concat, EMPTY, map, merge, repeat, take, throwError, timer, type Observable } from "rxjs"
import { spawnLines } from "./run.ts"

/** Told of a monitor that ended: until it runs again, changes are seen later. */
export type OnTrouble = (error: unknown) => void

/** A monitor does not say when it has joined its netlink groups; by then it surely has. */
const joinedMs = 1_000

/** Bounds the cost of a monitor that cannot run. Each start is a signal, so this is also the pace of looking without one. */
const restartMs = 3_000

/**
 * Runs a monitor program for ever and emits for each line that it prints: something changed. Its words are not read.
 * Also emits when the monitor is started, as the past is unknown, and once it surely listens. PR_SET_PDEATHSIG ends the
 * monitor when this process is killed: it would otherwise live on until it next has something to print.
 */
export function supervise(file: string, args: readonly string[], onTrouble: OnTrouble): Observable<void> {
  const lines = spawnLines("setpriv", ["--pdeathsig", "KILL", file, ...args])
  const ended = throwError(() => new Error(`${file} ended, and is started again`))
  const reported = concat(lines, ended).pipe(
    catchError((error: unknown) => {
      onTrouble(error)
      return EMPTY
    }),
  )
  return merge(timer(0, joinedMs).pipe(take(2)), reported).pipe(
    map(() => undefined),
    repeat({ delay: restartMs }),
  )
}
