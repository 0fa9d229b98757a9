import {
  concatMap,
  defer,
  filter,
  firstValueFrom,
  ignoreElements,
  map,
  merge,
  mergeMap,
  switchMap,
  throttleTime,
} from "rxjs"
import type { Observable } from "rxjs"
import type { ShareConfig } from "../core/share-config.ts"
import type { JournalEvent } from "../core/events.ts"
import type { Client, Opened } from "./client.ts"
import { connection, isAnswer, LONGEST_ANSWER_BYTES } from "./connection.ts"
import { keysOf, type Keys } from "./keys.ts"
import { publish, type JournalSource, type Published } from "./outbox.ts"
import type { Heard } from "./heard.ts"
import { hear } from "./peers.ts"
import { persistently } from "./persistently.ts"
import { MOST_BYTES, type StateRecord } from "./wire.ts"

/** What this router has to say. */
export interface Own {
  readonly router: string
  readonly site: string
  /** Tells this run of its agent from others (`runOf`). */
  readonly run: string
  readonly journal: JournalSource
  /** Each event at the moment it gets its number. */
  readonly appended$: Observable<JournalEvent>
  /** Its state record: the newest for whoever subscribes, then whenever it is to be written again. */
  readonly record$: Observable<StateRecord>
}

export type ShareNews =
  | Heard
  | Published
  /** Each half works or does not, by itself: a Redis that is full may still be read. */
  | { readonly kind: "works"; readonly half: Half }
  | { readonly kind: "fails"; readonly half: Half; readonly error: string }

export type Half = "writing" | "reading"

/** However many changes come, the record is written at most so often, and once more after the last of them. */
const RECORD_PACE_MS = 20

/** Shares for ever; whatever Redis does, this never errors. */
export function share(config: ShareConfig, own: Own): Observable<ShareNews> {
  return merge(
    half(
      "writing",
      connection(config, LONGEST_ANSWER_BYTES, opened => write(opened, config, own)),
    ),
    half("reading", hear(config, own)),
  )
}

/** A half works once it has something to show, and is tried again when it fails. */
function half(name: Half, work$: Observable<ShareNews>): Observable<ShareNews> {
  const tried$ = work$.pipe(
    mergeMap((news, i): readonly ShareNews[] => (i > 0 ? [news] : [{ kind: "works", half: name }, news])),
  )
  return persistently(tried$, error => [{ kind: "fails", half: name, error }])
}

function write({ client }: Opened, { prefix, ttlMs }: ShareConfig, own: Own): Observable<ShareNews> {
  const keys = keysOf(prefix, own.site)
  const renewed = (record: StateRecord) =>
    client.evenkeelRenew(keys.record(own.router), keys.routers, own.router, JSON.stringify(record), ttlMs)
  return defer(() => firstValueFrom(own.record$).then(renewed)).pipe(
    switchMap(() => mayTell(client, keys, own.router)),
    switchMap(() =>
      merge(
        publish({ client, stream: keys.events(own.router), journal: own.journal }, ttlMs / 3),
        records(own.record$, renewed),
        announcements(client, keys, own),
      ),
    ),
  )
}

/** Redis says what it refuses only when it is asked for it; and what is said to work must. @throws what it says. */
async function mayTell(client: Client, keys: Keys, router: string): Promise<void> {
  // Nobody takes an empty message for anything.
  await client.publish(keys.changes, "")
  try {
    // No stream can have such an entry: https://redis.io/docs/latest/commands/xadd/ (Specifying a stream ID).
    await client.xadd(keys.events(router), "NOMKSTREAM", "0-0", "event", "")
  } catch (error) {
    if (!isAnswer(error) || !error.message.includes("must be greater than 0-0")) throw error
  }
}

function records(record$: Own["record$"], renewed: (record: StateRecord) => Promise<unknown>): Observable<never> {
  return record$.pipe(
    throttleTime(RECORD_PACE_MS, undefined, { leading: true, trailing: true }),
    concatMap(renewed),
    ignoreElements(),
  )
}

/**
 * As it happens, without waiting for the disk: what a crash catches unwritten was announced, and never happened. What
 * nobody would listen to (`MOST_BYTES`) is only in the stream.
 */
function announcements(client: Client, keys: Keys, { appended$ }: Own): Observable<never> {
  return appended$.pipe(
    map(event => JSON.stringify(event)),
    filter(line => line.length <= MOST_BYTES),
    mergeMap(line => client.publish(keys.changes, line)),
    ignoreElements(),
  )
}
