import { catchError, firstValueFrom, from, map, of } from "rxjs"
import type { ShareConfig } from "../core/share-config.ts"
import type { Opened } from "./client.ts"
import { connection, LONGEST_ANSWER_BYTES } from "./connection.ts"
import { inWords } from "./in-words.ts"
import { placesOf } from "./places.ts"
import { readSite } from "./survey.ts"

/** One thing that sharing needs of Redis, and whether it can be had; `error` null: it can. */
export interface Trial {
  readonly what: string
  readonly error: string | null
}

/** Tries with keys of its own, which it takes away again, all that the agent will do. Never rejects. */
export async function tryStore(share: ShareConfig, site: string, router: string): Promise<readonly Trial[]> {
  const connect = { what: "connect and log in" }
  const tried$ = connection(share, LONGEST_ANSWER_BYTES, opened => from(trials(opened, share, site, router))).pipe(
    map(found => [{ ...connect, error: null }, ...found]),
    catchError((error: unknown) => of([{ ...connect, error: inWords(error, []) }])),
  )
  return firstValueFrom(tried$)
}

async function trials(
  { client, secrets }: Opened,
  share: ShareConfig,
  site: string,
  router: string,
): Promise<readonly Trial[]> {
  const places = placesOf(share, site)
  const { keys } = places[0]
  const [stream, record, routers] = ["stream", "record", "routers"].map(name => `${keys.check}:${router}:${name}`) as [
    string,
    string,
    string,
  ]
  const steps: readonly (readonly [what: string, act: () => Promise<unknown>])[] = [
    ["publish events", () => client.evenkeelAppend(stream, "any", "", 1, "1", "{}")],
    ["read events", () => Promise.all([client.evenkeelEnd(stream, 1), client.xrange(stream, "-", "+", "COUNT", 1)])],
    ["write the state record", () => client.evenkeelRenew(record, routers, router, "{}", 1000)],
    ["announce changes", () => client.publish(keys.changes, "")],
    ...places.map(place => [`read the routers of ${place.site}`, () => readSite(client, place)] as const),
    ["clean up", () => client.del(stream, record, routers)],
    // Last: a client that listens can do nothing else.
    ...places.map(place => [`hear of changes of ${place.site}`, () => client.subscribe(place.keys.changes)] as const),
  ]
  const found: Trial[] = []
  for (const [what, act] of steps) found.push({ what, error: await outcome(act, secrets) })
  return found
}

async function outcome(act: () => Promise<unknown>, secrets: readonly string[]): Promise<string | null> {
  try {
    await act()
    return null
  } catch (error) {
    return inWords(error, secrets)
  }
}
