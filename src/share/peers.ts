import {
  catchError,
  defer,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  race,
  repeat,
  share as multicast,
  tap,
  timer,
} from "rxjs"
import type { ShareConfig } from "../core/config.ts"
import type { Peer, PeerChange } from "../core/peers.ts"
import { boundBytes } from "./bound-bytes.ts"
import type { Opened } from "./client.ts"
import { connection, isAnswer } from "./connection.ts"
import { inWords } from "./in-words.ts"
import { inSteps } from "./in-steps.ts"
import { keysOf } from "./keys.ts"
import { LONGEST_ANSWER_BYTES, readSite, type Place } from "./survey.ts"
import { MOST_BYTES, readChange, type Reading } from "./wire.ts"

export type Heard =
  /** All routers of a site that there are. */
  | { readonly kind: "records"; readonly site: string; readonly peers: readonly Peer[] }
  /** In the order in which they came. */
  | { readonly kind: "changes"; readonly changes: readonly PeerChange[] }
  /** Something that no evenkeel writes. */
  | { readonly kind: "bad"; readonly where: string; readonly why: string }

/** This router, and this run of its agent. */
export interface Self {
  readonly site: string
  readonly router: string
  readonly run: string
}

/** What the routers of its site and of others say, itself left out. Errors when Redis fails. */
export function hear(share: ShareConfig, self: Self): Observable<Heard> {
  const everyMs = share.ttlMs / 3
  const placeOf = (site: string) => ({ site, keys: keysOf(share.prefix, site) })
  const places: Places = [placeOf(self.site), ...share.sites.map(placeOf)]
  const others = othersThan(self)
  // Listening comes first, so that nothing happens unheard between the first records and the first message.
  return defer(() => {
    const strangers = noticeStrangers()
    return connection(share, opened => listen(opened, places, everyMs)).pipe(
      mergeMap(heard => (heard === "listening" ? surveys(share, places, strangers) : of(heard))),
      tap(strangers.notice),
      mergeMap(others),
    )
  })
}

interface Strangers {
  readonly notice: (heard: Heard) => void
  /** A router has spoken that was in no survey. */
  readonly areThere: () => boolean
}

function noticeStrangers(): Strangers {
  const known = new Map<string, ReadonlySet<string>>()
  let areThere = false
  const notice = (heard: Heard) => {
    if (heard.kind === "records") known.set(heard.site, new Set(heard.peers.map(({ router }) => router)))
    if (heard.kind === "records") areThere = false
    if (heard.kind === "changes") areThere ||= heard.changes.some(({ site, router }) => !known.get(site)?.has(router))
  }
  return { notice, areThere: () => areThere }
}

/** The router's own site first. */
type Places = readonly [Place, ...(readonly Place[])]

type Name = Pick<Self, "site" | "router">

/** Without what this router itself wrote. */
function othersThan(self: Self): (heard: Heard) => readonly Heard[] {
  const isSelf = ({ site, router }: Name) => site === self.site && router === self.router
  const isNamesake = namesakes(self)
  return heard => {
    if (heard.kind === "changes") return [{ ...heard, changes: heard.changes.filter(change => !isSelf(change)) }]
    if (heard.kind === "bad") return [heard]
    const own = heard.peers.find(isSelf)
    const others = { ...heard, peers: heard.peers.filter(peer => peer !== own) }
    return own !== undefined && isNamesake(own) ? [namesake(own), others] : [others]
  }
}

/** One that goes on writing: the record of this router's own last run is there for a while after a restart. */
function namesakes(self: Self): (own: Peer) => boolean {
  let last: string | null = null
  return ({ run, written }) => {
    if (run === self.run) return false
    const isNew = last !== null && written !== last
    last = written
    return isNew
  }
}

function namesake({ site, router, run }: Peer): Heard {
  return { kind: "bad", where: `router ${router}`, why: `another of ${site} bears this name (${run}); rename one` }
}

/** Of a site of hundreds there are thousands of messages a second. What is too much is left to the next survey. */
const PACE = { stepMs: 10, most: 400, mostWaiting: 4_000 }

function listen(opened: Opened, places: Places, everyMs: number): Observable<Heard | "listening"> {
  const { client } = opened
  const { whole } = boundBytes(client, 2 * MOST_BYTES)
  const siteOf = new Map(places.map(({ site, keys }) => [keys.changes, site]))
  const message$ = new Observable<Reading<PeerChange> & { readonly channel: string }>(subscriber => {
    client.on("message", (channel: string, message: string) => {
      whole()
      // An empty message: somebody tried whether it may speak.
      if (message !== "") subscriber.next({ ...readChange(message, siteOf.get(channel) ?? ""), channel })
    })
  }).pipe(multicast())
  const bad$ = message$.pipe(
    filter(read => !read.ok),
    map(({ channel, why }) => ({ kind: "bad", where: `a message on ${channel}`, why }) as const),
  )
  const changes$ = message$.pipe(
    filter(read => read.ok),
    map(({ value }) => value),
    inSteps(PACE),
    map(changes => ({ kind: "changes", changes }) as const),
  )
  // A subscriber sends nothing by itself, and so would never learn that nobody is there any more.
  const alive$ = timer(everyMs, everyMs).pipe(
    exhaustMap(() => client.ping().then(whole)),
    ignoreElements(),
  )
  return merge(bad$, changes$, alive$, subscribed(opened, places))
}

/** What other sites do not let us hear is named; our own is what sharing is for. */
function subscribed({ client, secrets }: Opened, [own, ...others]: Places): Observable<Heard | "listening"> {
  const listening$ = defer(() => client.subscribe(own.keys.changes)).pipe(map(() => "listening" as const))
  const beside = others.map(({ site, keys }) =>
    defer(() => client.subscribe(keys.changes)).pipe(
      ignoreElements(),
      catchError((error: unknown) => {
        if (!isAnswer(error)) throw error
        return of(badPlace(site, inWords(error, secrets)))
      }),
    ),
  )
  return merge(...beside, listening$)
}

function badPlace(site: string, why: string): Heard {
  return { kind: "bad", where: `site ${site}`, why: `it cannot be read: ${why}` }
}

/** A router that has just started is worth looking at once; whoever pretends to be thousands is not. */
const STRANGER_PAUSE_MS = 500

function surveys(share: ShareConfig, places: Places, strangers: Strangers): Observable<Heard> {
  return connection(share, opened => {
    const { whole } = boundBytes(opened.client, LONGEST_ANSWER_BYTES)
    // Never at the same distance from when our record is written: else another that bears our name might go unseen.
    const pause = () => timer((share.ttlMs / 2) * (0.75 + Math.random() / 4))
    const stranger$ = interval(STRANGER_PAUSE_MS).pipe(filter(strangers.areThere))
    return defer(() => merge(...places.map((place, i) => survey(opened, place, i === 0, whole)))).pipe(
      repeat({ delay: () => race(pause(), stranger$) }),
    )
  })
}

function survey({ client, secrets }: Opened, place: Place, isOwn: boolean, whole: () => void): Observable<Heard> {
  const { site } = place
  return from(readSite(client, place, whole)).pipe(
    mergeMap(({ peers, bad }): readonly Heard[] => [
      ...bad.map(each => ({ kind: "bad", ...each }) as const),
      { kind: "records", site, peers },
    ]),
    catchError((error: unknown) => {
      if (isOwn || !isAnswer(error)) throw error
      return of(badPlace(site, inWords(error, secrets)), { kind: "records", site, peers: [] } as const)
    }),
  )
}
