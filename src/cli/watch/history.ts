import type { FamilyStatus, Status } from "../../core/status-shape.ts"

/** How a link answered at one look. */
export interface Sample {
  readonly state: FamilyStatus["state"]
  /** Milliseconds; null: it did not answer, or was not asked. */
  readonly rttMs: number | null
  /** 0..1 */
  readonly loss: number | null
}

/** Samples of each link, the newest last. A link's IPv6 is a lane of its own. */
export type History = ReadonlyMap<string, readonly Sample[]>

/** As many as a wide terminal shows; one a second. */
const LONGEST = 240

export const laneOf = (link: string, family: 4 | 6) => (family === 4 ? link : `${link}/6`)

/** With one more look; null: nobody answered. A link that is configured no more is forgotten. */
export function remember(history: History, status: Status | null): History {
  if (status === null)
    return new Map([...history].map(([lane, samples]) => [lane, [...samples, UNSEEN].slice(-LONGEST)]))
  const isWatched = status.pid !== null
  const looks = status.links.flatMap(link => [
    [laneOf(link.name, 4), link] as const,
    ...(link.ipv6 === null ? [] : [[laneOf(link.name, 6), link.ipv6] as const]),
  ])
  return new Map(
    looks.map(([lane, seen]) => {
      const sample = isWatched ? { state: seen.state, rttMs: seen.rttMs, loss: seen.loss } : UNSEEN
      return [lane, [...(history.get(lane) ?? []), sample].slice(-LONGEST)]
    }),
  )
}

const UNSEEN: Sample = { state: "unknown", rttMs: null, loss: null }
