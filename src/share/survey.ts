import type { Peer } from "../core/peers.ts"
import type { Client } from "./client.ts"
import type { Keys } from "./keys.ts"
import { LONGEST_NAME, MOST_BYTES, readRecord } from "./wire.ts"

export interface Place {
  readonly site: string
  readonly keys: Keys
}

/** What the routers of a site have written down. */
export interface Site {
  readonly peers: readonly Peer[]
  /** What no evenkeel writes, and where. */
  readonly bad: readonly { readonly where: string; readonly why: string }[]
}

/** The most routers of a site that are looked at, and the most that their records may be together: those that wrote last. */
const MOST_ROUTERS = 1000
const MOST_SITE_BYTES = 1024 * 1024
/** Records that are asked for at once: neither a round trip for each, nor megabytes in one answer. */
const PAGE = 64
/** The longest answer, `GETRANGE` having cut what is too long. */
export const LONGEST_ANSWER_BYTES = 2 * PAGE * MOST_BYTES

/**
 * The records of a site; whole, and as far as the limits go. Only commands that read: the user may be allowed no more of
 * another site. `whole` is called after each answer. Rejects when the list of routers cannot be read.
 */
export async function readSite(
  client: Client,
  { site, keys }: Place,
  whole = () => undefined as unknown,
): Promise<Site> {
  const listed = await client.zrevrange(keys.routers, 0, MOST_ROUTERS - 1)
  whole()
  const names = listed.filter(name => name.length <= LONGEST_NAME)
  const peers: Peer[] = []
  const bad = names.length < listed.length ? [{ where: keys.routers, why: "a router's name is too long" }] : []
  let bytes = 0
  for (let first = 0; first < names.length; first += PAGE) {
    if (bytes > MOST_SITE_BYTES) {
      bad.push({ where: keys.routers, why: `all records are too large; ${names.length - first} are not read` })
      break
    }
    const page = names.slice(first, first + PAGE)
    const answers = await recordsOf(client, page, keys)
    whole()
    const nowMs = performance.now()
    for (const [i, text] of answers.entries()) {
      const router = page[i] ?? ""
      // The record of a router that is gone; its name is kept for a day.
      if (text === "") continue
      bytes += text.length
      const read = readRecord(text, router, site, nowMs)
      if (read.ok) peers.push(read.value)
      else bad.push({ where: keys.record(router), why: read.why })
    }
  }
  return { peers, bad }
}

/** One byte more than a record may have, so that one that is too long is seen to be. */
async function recordsOf(client: Client, names: readonly string[], keys: Keys): Promise<readonly string[]> {
  const pipeline = client.pipeline()
  for (const name of names) pipeline.getrange(keys.record(name), 0, MOST_BYTES)
  const answers = (await pipeline.exec()) ?? []
  return answers.map(([error, text]) => {
    // What is no string is no record.
    if (error === null) return String(text)
    if (error.message.startsWith("WRONGTYPE")) return error.message
    throw error
  })
}
