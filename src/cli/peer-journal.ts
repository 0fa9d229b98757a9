import type { Config } from "../core/config.ts"
import type { ShareConfig } from "../core/share-config.ts"
import type { JournalEvent } from "../core/events.ts"
import { decodeLine } from "../journal/line.ts"
import { createSieve, type JournalFilter } from "../journal/sieve.ts"
import { keysOf } from "../share/keys.ts"
import { storeName } from "../share/store-name.ts"
import { BadUsage, endInWords, Failure } from "./failure.ts"

const ROUTER = /^(?:([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\/)?([A-Za-z0-9][A-Za-z0-9_.-]{0,63})$/

/** How a journal is to be read. */
export interface Way {
  /** Go on with new events until `signal` aborts. */
  readonly follow: boolean
  readonly signal: AbortSignal
  readonly filter: JournalFilter
}

/** The journal of another router, as far as it is in Redis. @throws BadUsage; Failure when nothing is shared. */
export function peerJournal(
  { share, site: ownSite }: Config,
  peer: string,
  way: Way,
): { readonly events: AsyncIterable<JournalEvent>; readonly place: string } {
  if (share === null) throw new Failure("the configuration has no share: the journals of other routers are in Redis")
  const [, site = ownSite, router] = ROUTER.exec(peer) ?? []
  if (router === undefined) throw new BadUsage(`--peer ${peer}: expected a router's name, or SITE/ROUTER`)
  const stream = keysOf(share.prefix, site).events(router)
  return { events: sifted(share, stream, way), place: `of ${site}/${router} at ${storeName(share)}` }
}

async function* sifted(
  share: ShareConfig,
  stream: string,
  {
    follow,
    signal,
    filter,
  }: { readonly follow: boolean; readonly signal: AbortSignal; readonly filter: JournalFilter },
): AsyncGenerator<JournalEvent, void> {
  endInWords()
  const { readStream } = await import("../share/stream.ts")
  const sieve = createSieve("Redis", filter)
  let count = 0
  for await (const line of readStream(share, stream, { follow, signal })) {
    count += 1
    const event = sieve.sift(decodeLine(Buffer.from(line)), stream, count)
    if (event !== null) yield event
  }
}
