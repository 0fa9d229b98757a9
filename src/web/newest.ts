import type { JournalEvent } from "../core/events.ts"
import type { Recent } from "./recent.ts"

/** What is wanted of the journal; what is absent does not narrow. */
export interface Wanted {
  readonly sinceSeq?: number | undefined
  /** Wall clock. */
  readonly sinceMs?: number | undefined
  readonly link?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly limit: number
}

export interface Found {
  /** Oldest first. */
  readonly events: readonly JournalEvent[]
  /** There are older ones that were wanted, too. */
  readonly truncated: boolean
}

const FIRST_WINDOW = 1_000
/** Each look goes back so many times as far: all of them together cost little more than the last. */
const WIDER = 8

/** The newest of the wanted events. Mostly they are at the end of the journal, so that is where the search begins. */
export async function newest(recent: Recent, wanted: Wanted): Promise<Found> {
  const oldest = Math.max(1, wanted.sinceSeq ?? 1)
  for (let window = Math.max(FIRST_WINDOW, 2 * wanted.limit); ; window *= WIDER) {
    const from = Math.max(oldest, recent.lastSeq() - window + 1)
    const { matches, reachesBack } = await look(recent, from, wanted)
    const isAll = from === oldest || reachesBack
    if (isAll || matches.length > wanted.limit)
      return { events: matches.slice(-wanted.limit), truncated: matches.length > wanted.limit }
  }
}

/** At most one more than the limit. `reachesBack`: what is before `from` is older than wanted. */
async function look({ since }: Recent, from: number, wanted: Wanted) {
  const { sinceMs = -Infinity, limit } = wanted
  const matches: JournalEvent[] = []
  let reachesBack: boolean | null = null
  for await (const event of since(from)) {
    const isLateEnough = Date.parse(event.time) >= sinceMs
    reachesBack ??= !isLateEnough
    if (isLateEnough && isOf(event, wanted)) matches.push(event)
    if (matches.length > limit + 1) matches.shift()
  }
  return { matches, reachesBack: reachesBack ?? false }
}

function isOf(event: JournalEvent, { link, types }: Wanted): boolean {
  if (types !== undefined && !types.includes(event.type)) return false
  return link === undefined || ("link" in event && event.link === link)
}
