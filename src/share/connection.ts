import { ReplyError } from "ioredis"
import { catchError, defer, merge, Observable, switchMap, throwError } from "rxjs"
import type { ShareConfig } from "../core/share-config.ts"
import { openClient, type Opened, type WithStream } from "./client.ts"
import { inWords } from "./in-words.ts"

/** Nothing that is asked for is as long, but for what is said on a channel. */
export const LONGEST_ANSWER_BYTES = 4 * 1024 * 1024

/**
 * What `use` does with a connected client, for as long as that works; errors, in words, when it no longer does or never
 * did, and when Redis sends anything of more than `mostBytes`. Whatever a client could mend by itself (a new master, a restarted server) is mended by a new one, which knows
 * nothing of what was under way.
 */
export function connection<T>(
  share: ShareConfig,
  mostBytes: number,
  use: (opened: Opened) => Observable<T>,
): Observable<T> {
  return defer(() => openClient(share, mostBytes)).pipe(
    switchMap(opened =>
      whileItWorks(opened, use).pipe(
        catchError((error: unknown) => throwError(() => new Error(inWords(error, opened.secrets)))),
      ),
    ),
  )
}

function whileItWorks<T>(opened: Opened, use: (opened: Opened) => Observable<T>): Observable<T> {
  const { client } = opened
  // The cause. Commands only learn that their connection is closed.
  let trouble: unknown = null
  const ended$ = new Observable<never>(subscriber => {
    client.on("error", (error: unknown) => {
      trouble = error
      // A stream may have more than one, and ioredis takes the first.
      ;(client as WithStream).stream?.on("error", () => undefined)
    })
    client.on("node error", (error: unknown) => (trouble = error))
    client.on("end", () => {
      subscriber.error(trouble ?? new Error("Redis closed the connection"))
    })
    return () => {
      client.disconnect()
    }
  })
  const cause = (error: unknown) => throwError(() => trouble ?? error)
  const used$ = defer(() => connected(client)).pipe(
    catchError(cause),
    switchMap(() =>
      use(opened).pipe(catchError((error: unknown) => (isAnswer(error) ? throwError(() => error) : cause(error)))),
    ),
  )
  return merge(ended$, used$)
}

/** A refused password is an error event; connecting succeeds all the same, and the first command fails. */
async function connected(client: Opened["client"]): Promise<void> {
  await client.connect()
  await client.ping()
}

/** What Redis itself says of a command. */
export function isAnswer(error: unknown): error is Error {
  return error instanceof (ReplyError as typeof Error)
}
