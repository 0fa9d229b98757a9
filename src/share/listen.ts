import { catchError, defer, exhaustMap, filter, ignoreElements, map, merge, Observable, of } from "rxjs"
import { share as multicast, timer } from "rxjs"
import type { PeerChange } from "../core/peers.ts"
import type { Client, Opened } from "./client.ts"
import { isAnswer } from "./connection.ts"
import type { Bad, Heard } from "./heard.ts"
import { inSteps } from "./in-steps.ts"
import { inWords } from "./in-words.ts"
import { badPlace, type Place, type Places } from "./places.ts"
import { readChange } from "./wire.ts"

/** Of a site of hundreds there are thousands of messages a second. What is too much is left to the next survey. */
const PACE = { stepMs: 10, most: 400, mostWaiting: 4_000 }

/** What is said on the channels of these sites; "listening" once that of the router's own is heard. Asks every `everyMs` whether anybody is there. */
export function listen(opened: Opened, places: Places, everyMs: number): Observable<Heard | "listening"> {
  const message$ = messages(opened.client, places).pipe(multicast())
  const bad$ = message$.pipe(filter(each => "kind" in each))
  const changes$ = message$.pipe(
    filter((each): each is PeerChange => !("kind" in each)),
    inSteps(PACE),
    map(changes => ({ kind: "changes", changes }) as const),
  )
  // A subscriber sends nothing by itself, and so would never learn that nobody is there any more.
  const alive$ = timer(everyMs, everyMs).pipe(
    exhaustMap(() => opened.client.ping()),
    ignoreElements(),
  )
  return merge(bad$, changes$, alive$, subscribed(opened, places))
}

function messages(client: Client, places: Places): Observable<PeerChange | Bad> {
  const siteOf = new Map(places.map(({ site, keys }) => [keys.changes, site]))
  return new Observable(subscriber => {
    client.on("message", (channel: string, message: string) => {
      // Somebody tried whether it may speak.
      if (message === "") return
      const read = readChange(message, siteOf.get(channel) ?? "")
      subscriber.next(read.ok ? read.value : { kind: "bad", where: `a message on ${channel}`, why: read.why })
    })
  })
}

/** What other sites do not let us hear is named; our own is what sharing is for. */
function subscribed(opened: Opened, [own, ...others]: Places): Observable<Heard | "listening"> {
  const listening$ = defer(() => opened.client.subscribe(own.keys.changes)).pipe(map(() => "listening" as const))
  return merge(...others.map(place => subscribedBeside(opened, place)), listening$)
}

function subscribedBeside({ client, secrets }: Opened, { site, keys }: Place): Observable<Heard> {
  return defer(() => client.subscribe(keys.changes)).pipe(
    ignoreElements(),
    catchError((error: unknown) => {
      if (!isAnswer(error)) throw error
      return of(badPlace(site, inWords(error, secrets)))
    }),
  )
}
