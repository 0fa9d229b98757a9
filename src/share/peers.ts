import { catchError, defer, filter, from, interval, merge, mergeMap, of, race, repeat, tap, timer } from "rxjs"
import type { Observable } from "rxjs"
import type { ShareConfig } from "../core/share-config.ts"
import type { Peer } from "../core/peers.ts"
import type { Opened } from "./client.ts"
import { connection, isAnswer, LONGEST_ANSWER_BYTES } from "./connection.ts"
import type { Bad, Heard } from "./heard.ts"
import { inWords } from "./in-words.ts"
import { listen } from "./listen.ts"
import { noticeNamesakes } from "./namesakes.ts"
import { badPlace, placesOf, type Place, type Places } from "./places.ts"
import { noticeStrangers, type Strangers } from "./strangers.ts"
import { readSite } from "./survey.ts"
import { MOST_BYTES } from "./wire.ts"

/** This router, and this run of its agent. */
export interface Self {
  readonly site: string
  readonly router: string
  readonly run: string
}

/** What the routers of its site and of others say, itself left out. Errors when Redis fails. */
export function hear(share: ShareConfig, self: Self): Observable<Heard> {
  return defer(() => {
    const places = placesOf(share, self.site)
    const strangers = noticeStrangers()
    // Listening comes first, so that nothing happens unheard between the first records and the first message.
    return connection(share, 2 * MOST_BYTES, opened => listen(opened, places, share.ttlMs / 3)).pipe(
      mergeMap(heard => (heard === "listening" ? surveys(share, places, strangers) : of(heard))),
      tap(heard => {
        if (heard.kind === "records") strangers.onRecords(heard.peers)
        if (heard.kind === "changes") strangers.onChanges(heard.changes)
      }),
      mergeMap(othersThan(self)),
    )
  })
}

type Name = Pick<Self, "site" | "router">

/** Without what this router itself wrote. */
function othersThan(self: Self): (heard: Heard) => readonly Heard[] {
  const isSelf = ({ site, router }: Name) => site === self.site && router === self.router
  const isNamesake = noticeNamesakes(self.run)
  return heard => {
    if (heard.kind === "changes") return [{ ...heard, changes: heard.changes.filter(change => !isSelf(change)) }]
    if (heard.kind === "bad") return [heard]
    const own = heard.peers.find(isSelf)
    const others = { ...heard, peers: heard.peers.filter(peer => peer !== own) }
    return own !== undefined && isNamesake(own) ? [namesake(own), others] : [others]
  }
}

function namesake({ site, router, run }: Peer): Bad {
  return { kind: "bad", where: `router ${router}`, why: `another of ${site} bears this name (${run}); rename one` }
}

const STRANGER_PAUSE_MS = 500

function surveys(share: ShareConfig, places: Places, strangers: Strangers): Observable<Heard> {
  return connection(share, LONGEST_ANSWER_BYTES, opened => {
    // Never at the same distance from when our record is written: else another that bears our name might go unseen.
    const pause = () => timer((share.ttlMs / 2) * (0.75 + Math.random() / 4))
    const stranger$ = interval(STRANGER_PAUSE_MS).pipe(filter(strangers.areThere))
    return defer(() => merge(...places.map((place, i) => survey(opened, place, i === 0)))).pipe(
      repeat({ delay: () => race(pause(), stranger$) }),
    )
  })
}

function survey({ client, secrets }: Opened, place: Place, isOwn: boolean): Observable<Heard> {
  const { site } = place
  return from(readSite(client, place)).pipe(
    mergeMap(({ peers, bad }): readonly Heard[] => [...bad, { kind: "records", site, peers }]),
    catchError((error: unknown) => {
      if (isOwn || !isAnswer(error)) throw error
      return of(badPlace(site, inWords(error, secrets)), { kind: "records", site, peers: [] } as const)
    }),
  )
}
