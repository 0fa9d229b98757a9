import type { ShareConfig } from "../core/config.ts"
import type { Client } from "./client.ts"
import { connection } from "./connection.ts"
import { keysOf } from "./keys.ts"
import { LONGEST_NAME, MOST_BYTES } from "./wire.ts"

/** One thing that sharing needs of Redis, and whether it can be had; `error` null: it can. */
export interface Trial {
  readonly what: string
  readonly error: string | null
}

/** Tries with keys of its own, which it takes away again, all that the agent will do. Never rejects. */
export async function tryStore(share: ShareConfig, site: string, router: string): Promise<readonly Trial[]> {
  const abort = connection(share)
  return new Promise(resolve => {
    const subscription = abort.subscribe({
      next: client => {
        void trials(client, share, site, router).then(found => {
          subscription.unsubscribe()
          resolve([{ what: "connect and log in", error: null }, ...found])
        })
      },
      error: (error: unknown) => {
        resolve([{ what: "connect and log in", error: textOf(error) }])
      },
    })
  })
}

async function trials(
  client: Client,
  { prefix, sites }: ShareConfig,
  site: string,
  router: string,
): Promise<readonly Trial[]> {
  const keys = keysOf(prefix, site)
  const [stream, record, routers] = ["stream", "record", "routers"].map(name => `${keys.check}:${router}:${name}`) as [
    string,
    string,
    string,
  ]
  const steps: readonly (readonly [what: string, act: () => Promise<unknown>])[] = [
    ["publish events", () => client.evenkeelAppend(stream, "any", 1, "1", "{}")],
    [
      "read events",
      () => Promise.all([client.xrevrange(stream, "+", "-", "COUNT", 1), client.xrange(stream, "-", "+", "COUNT", 1)]),
    ],
    ["write the state record", () => client.evenkeelRenew(record, routers, router, "{}", 1000)],
    ["announce changes", () => client.publish(keys.check, "{}")],
    ...[site, ...sites].map(
      each =>
        [
          `read the routers of ${each}`,
          () =>
            client.evenkeelSurvey(
              keysOf(prefix, each).routers,
              keysOf(prefix, each).record(""),
              1,
              LONGEST_NAME,
              MOST_BYTES,
            ),
        ] as const,
    ),
    ["clean up", () => client.del(stream, record, routers)],
    // Last: a client that listens can do nothing else.
    ["hear of changes", () => client.subscribe(...[site, ...sites].map(each => keysOf(prefix, each).changes))],
  ]
  const found: Trial[] = []
  for (const [what, act] of steps) found.push({ what, error: await outcome(act) })
  return found
}

async function outcome(act: () => Promise<unknown>): Promise<string | null> {
  try {
    await act()
    return null
  } catch (error) {
    return textOf(error)
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
