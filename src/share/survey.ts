import type { Peer } from "../core/peers.ts"
import type { Client } from "./client.ts"
import type { Bad } from "./heard.ts"
import type { Keys } from "./keys.ts"
import type { Place } from "./places.ts"
import { LONGEST_NAME, MOST_BYTES, readRecord } from "./wire.ts"

/** What the routers of a site have written down. */
export interface Site {
  readonly peers: readonly Peer[]
  readonly bad: readonly Bad[]
}

/** The most routers of a site that are looked at, and the most that their records may be together: those that wrote last. */
const MOST_ROUTERS = 1000
const MOST_SITE_BYTES = 1024 * 1024
/** Records that are asked for at once: neither a round trip for each, nor more in memory than need be. */
const PAGE = 64

/**
 * The records of a site, as far as the limits go. Only commands that read: the user may be allowed no more of another
 * site. Rejects when the list of routers cannot be read.
 */
export async function readSite(client: Client, { site, keys }: Place): Promise<Site> {
  const listed = await client.zrevrange(keys.routers, 0, MOST_ROUTERS - 1)
  const names = listed.filter(name => name.length <= LONGEST_NAME)
  const peers: Peer[] = []
  const bad: Bad[] = names.length < listed.length ? [badIn(keys.routers, "a router's name is too long")] : []
  let bytes = 0
  let read = 0
  for (; read < names.length && bytes <= MOST_SITE_BYTES; read += PAGE) {
    const records = await recordsOf(client, names.slice(read, read + PAGE), keys)
    const nowMs = performance.now()
    for (const { router, text } of records) {
      bytes += text.length
      const reading = readRecord(text, router, site, nowMs)
      if (reading.ok) peers.push(reading.value)
      else bad.push(badIn(keys.record(router), reading.why))
    }
  }
  if (read < names.length)
    bad.push(badIn(keys.routers, `all records are too large; ${names.length - read} are not read`))
  return { peers, bad }
}

function badIn(where: string, why: string): Bad {
  return { kind: "bad", where, why }
}

interface Written {
  readonly router: string
  readonly text: string
}

/**
 * Of those who have a record; the names of those who are gone are kept for a day. One byte more than a record may have, so
 * that one that is too long is seen to be.
 */
async function recordsOf(client: Client, names: readonly string[], keys: Keys): Promise<readonly Written[]> {
  const pipeline = client.pipeline()
  for (const name of names) pipeline.getrange(keys.record(name), 0, MOST_BYTES)
  const answers = (await pipeline.exec()) ?? []
  return answers
    .map(textOf)
    .map((text, i) => ({ router: names[i] ?? "", text }))
    .filter(({ text }) => text !== "")
}

/** What is no string is no record, and what Redis says of it is none either. @throws when it says anything else. */
function textOf([error, text]: readonly [Error | null, unknown]): string {
  if (error === null) return String(text)
  if (error.message.startsWith("WRONGTYPE")) return error.message
  throw error
}
