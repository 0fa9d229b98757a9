import { exhaustMap, from, ignoreElements, map, merge, mergeMap, Observable, of, switchMap, timer } from "rxjs"
import type { ShareConfig } from "../core/config.ts"
import type { Peer, PeerChange } from "../core/peers.ts"
import type { Client } from "./client.ts"
import { connection } from "./connection.ts"
import { boundMessages } from "./bound-messages.ts"
import { keysOf, type Keys } from "./keys.ts"
import { LONGEST_NAME, MOST_BYTES, readChange, readRecord } from "./wire.ts"

/** The most routers of a site that are looked at: those that wrote last. */
const MOST_ROUTERS = 1000

export type Heard =
  /** All routers of a site that there are. */
  | { readonly kind: "records"; readonly site: string; readonly peers: readonly Peer[] }
  /** In the order in which they came. */
  | { readonly kind: "changes"; readonly changes: readonly PeerChange[] }
  /** Something that no evenkeel writes. */
  | { readonly kind: "bad"; readonly where: string; readonly why: string }

/** What the routers of these sites say, `self` left out. Errors when Redis fails. */
export function hear(share: ShareConfig, sites: readonly string[], self: string): Observable<Heard> {
  const everyMs = share.ttlMs / 3
  const all = sites.map(site => ({ site, keys: keysOf(share.prefix, site) }))
  // Listening comes first, so that nothing happens unheard between the first records and the first message.
  return connection(share).pipe(
    switchMap(listener => merge(listen(listener, all), alive(listener, everyMs))),
    mergeMap(heard => (heard === "listening" ? surveys(share, all, everyMs) : of(heard))),
    mergeMap(heard => ofOthers(heard, { site: sites[0], router: self })),
  )
}

interface Name {
  readonly site: string | undefined
  readonly router: string
}

/** Without what this router itself wrote. */
function ofOthers(heard: Heard, self: Name): readonly Heard[] {
  const isSelf = ({ site, router }: Name) => site === self.site && router === self.router
  if (heard.kind === "changes") return [{ ...heard, changes: heard.changes.filter(change => !isSelf(change)) }]
  return [heard.kind === "records" ? { ...heard, peers: heard.peers.filter(peer => !isSelf(peer)) } : heard]
}

interface Place {
  readonly site: string
  readonly keys: Keys
}

/** Messages that come within so short a time are one step: of a site of hundreds there are thousands a second. */
const BATCH_MS = 5

function listen(client: Client, places: readonly Place[]): Observable<Heard | "listening"> {
  const siteOf = new Map(places.map(({ site, keys }) => [keys.changes, site]))
  return new Observable(subscriber => {
    const changes: PeerChange[] = []
    let waiting: NodeJS.Timeout | undefined
    subscriber.add(() => {
      clearTimeout(waiting)
    })
    const flush = () => {
      subscriber.next({ kind: "changes", changes: changes.splice(0) })
    }
    const hear = (channel: string, message: string) => {
      const read = readChange(message, siteOf.get(channel) ?? "")
      if (!read.ok) subscriber.next({ kind: "bad", where: `a message on ${channel}`, why: read.why })
      else if (changes.push(read.value) === 1) waiting = setTimeout(flush, BATCH_MS)
    }
    boundMessages(client, 2 * MOST_BYTES)
    client.on("message", hear)
    client.subscribe(...siteOf.keys()).then(
      () => {
        subscriber.next("listening")
      },
      (error: unknown) => {
        subscriber.error(error)
      },
    )
  })
}

/** A subscriber sends nothing by itself, and so would never learn that nobody is there any more. */
function alive(client: Client, everyMs: number): Observable<never> {
  return timer(everyMs, everyMs).pipe(
    exhaustMap(() => client.ping()),
    ignoreElements(),
  )
}

function surveys(share: ShareConfig, places: readonly Place[], everyMs: number): Observable<Heard> {
  return connection(share).pipe(
    switchMap(client => timer(0, everyMs).pipe(exhaustMap(() => merge(...places.map(place => survey(client, place)))))),
  )
}

function survey(client: Client, { site, keys }: Place): Observable<Heard> {
  return from(client.evenkeelSurvey(keys.routers, keys.record(""), MOST_ROUTERS, LONGEST_NAME, MOST_BYTES)).pipe(
    map(found => recordsIn(found, site, keys)),
    mergeMap(heard => heard),
  )
}

function recordsIn(found: readonly string[], site: string, keys: Keys): readonly Heard[] {
  const nowMs = performance.now()
  const pairs = Array.from(
    { length: found.length / 2 },
    (_, i) => [found[2 * i] ?? "", found[2 * i + 1] ?? ""] as const,
  )
  const readings = pairs.map(([router, text]) => ({ router, reading: readRecord(text, router, site, nowMs) }))
  const peers = readings.flatMap(({ reading }) => (reading.ok ? [reading.value] : []))
  const bad = readings.flatMap(({ router, reading }): readonly Heard[] =>
    reading.ok ? [] : [{ kind: "bad", where: keys.record(router), why: reading.why }],
  )
  return [...bad, { kind: "records", site, peers }]
}
