import {
  catchError,
  concatMap,
  defer,
  ignoreElements,
  merge,
  mergeMap,
  of,
  retry,
  switchMap,
  throttleTime,
  throwError,
  timer,
  type Observable,
} from "rxjs"
import type { ShareConfig } from "../core/config.ts"
import type { JournalEvent } from "../core/events.ts"
import type { Client } from "./client.ts"
import { connection } from "./connection.ts"
import { keysOf, type Keys } from "./keys.ts"
import { outbox, type JournalSource, type Published } from "./outbox.ts"
import { hear, type Heard } from "./peers.ts"
import type { StateRecord } from "./wire.ts"

/** What this router has to say. */
export interface Own {
  readonly router: string
  readonly site: string
  readonly journal: JournalSource
  /** Each event at the moment it gets its number. */
  readonly appended$: Observable<JournalEvent>
  /** Its state record, as it is now. */
  readonly record: () => StateRecord
  /** Whenever its record is another. */
  readonly changed$: Observable<unknown>
}

export type ShareNews =
  | Heard
  | Published
  /** Each half works or does not, by itself: a Redis that is full may still be read. */
  | { readonly kind: "works"; readonly half: Half }
  | { readonly kind: "fails"; readonly half: Half; readonly error: string }

export type Half = "writing" | "reading"

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5_000
/** However many changes come, the record is written at most so often, and once more after the last of them. */
const RECORD_PACE_MS = 20

/** Shares for ever; whatever Redis does, this never errors. */
export function share(config: ShareConfig, own: Own): Observable<ShareNews> {
  const sites = [own.site, ...config.sites]
  return merge(
    persistent("writing", connection(config).pipe(switchMap(client => write(client, config, own)))),
    persistent("reading", hear(config, sites, own.router)),
  )
}

/** A half works once it has something to show; it is tried again, ever less often, when it fails. */
function persistent(half: Half, work$: Observable<ShareNews>): Observable<ShareNews> {
  let failures = 0
  let isWorking = false
  const tried$ = defer(() => {
    isWorking = false
    return work$
  }).pipe(
    mergeMap((news): readonly ShareNews[] => {
      if (isWorking) return [news]
      isWorking = true
      failures = 0
      return [{ kind: "works", half }, news]
    }),
  )
  const retried$: Observable<ShareNews> = tried$.pipe(
    catchError((error: unknown) =>
      merge(
        of({ kind: "fails", half, error: error instanceof Error ? error.message : String(error) } as const),
        timer(retryMs(failures++)).pipe(mergeMap(() => throwError(() => error))),
      ),
    ),
    retry(),
  )
  return retried$
}

/** Longer each time, and never the same for two routers: those of a site lose Redis at the same moment. */
function retryMs(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.75 + Math.random() / 2)
}

/** A Redis that is full, or lets us only read, refuses the first record; so nothing is said to work that does not. */
function write(client: Client, { prefix, ttlMs }: ShareConfig, own: Own): Observable<ShareNews> {
  const keys = keysOf(prefix, own.site)
  return defer(() => renew(client, keys, ttlMs, own)).pipe(
    switchMap(() =>
      merge(
        outbox(client, keys.events(own.router), own.journal),
        records(client, keys, ttlMs, own),
        announcements(client, keys, own),
      ),
    ),
  )
}

function records(client: Client, keys: Keys, ttlMs: number, own: Own): Observable<never> {
  return merge(timer(ttlMs / 3, ttlMs / 3), own.changed$).pipe(
    throttleTime(RECORD_PACE_MS, undefined, { leading: true, trailing: true }),
    concatMap(() => renew(client, keys, ttlMs, own)),
    ignoreElements(),
  )
}

function renew(client: Client, keys: Keys, ttlMs: number, { router, record }: Own): Promise<number> {
  return client.evenkeelRenew(keys.record(router), keys.routers, router, JSON.stringify(record()), ttlMs)
}

/** As it happens, without waiting for the disk: what a crash catches unwritten was announced, and never happened. */
function announcements(client: Client, keys: Keys, { appended$ }: Own): Observable<never> {
  return appended$.pipe(
    mergeMap(event => client.publish(keys.changes, JSON.stringify(event))),
    ignoreElements(),
  )
}
