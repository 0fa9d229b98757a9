import { familyIn, type JournalEvent } from "./events.ts"
import type { FamilyName } from "./family.ts"

/** What has to be remembered of events to know a failover. */
export interface Watched {
  /** Of new flows, as last written; absent: not known. */
  readonly shares: Readonly<Partial<Record<FamilyName, Readonly<Record<string, number>>>>>
  /** Links that went down with new flows on them, as `ipv4 isp1`, until these go elsewhere. */
  readonly fallen: ReadonlySet<string>
}

export const NOTHING_WATCHED: Watched = { shares: {}, fallen: new Set() }

interface Step {
  readonly watched: Watched
  /** Links whose new flows have just been moved to others. */
  readonly moved: readonly string[]
}

/** A link that falls with no other to go to has not failed over: it keeps its flows. */
export function onFailover(watched: Watched, event: JournalEvent): Step {
  if (event.type === "link.state") return { watched: fallenBy(watched, event), moved: [] }
  if (event.type !== "weights.applied") return { watched, moved: [] }
  const family = familyIn(event)
  const carriers = Object.keys(event.shares).filter(link => (event.shares[link] ?? 0) > 0)
  const moved = Object.keys(event.shares).filter(
    link => carriers.length > 0 && !carriers.includes(link) && watched.fallen.has(`${family} ${link}`),
  )
  const keys = new Set(moved.map(link => `${family} ${link}`))
  const fallen = new Set([...watched.fallen].filter(key => !keys.has(key)))
  return { watched: { shares: { ...watched.shares, [family]: event.shares }, fallen }, moved }
}

function fallenBy({ shares, fallen }: Watched, event: Extract<JournalEvent, { readonly type: "link.state" }>): Watched {
  const family = familyIn(event)
  const key = `${family} ${event.link}`
  const others = [...fallen].filter(other => other !== key)
  const hasFlows = (shares[family]?.[event.link] ?? 1) > 0
  const isFallen = event.to === "down" && event.from !== "unknown" && hasFlows
  return { shares, fallen: new Set(isFallen ? [...others, key] : others) }
}
