import type { FamilyStatus, LinkStatus, Status } from "../../core/status-shape.ts"
import { laneOf, type Sample } from "./history.ts"
import type { Live } from "./live.ts"
import { measuredOf, type Measured } from "./split.ts"

/** A link in one family: what is shown as one block. */
export interface Lane {
  readonly title: string
  readonly link: LinkStatus
  readonly seen: FamilyStatus
  readonly samples: readonly Sample[]
  /** Null: flows are not measured. */
  readonly measured: Measured | null
  /** Open connections; null: not counted. */
  readonly tracked: number | null
}

/** Of each link IPv4's, and IPv6's where it is steered. */
export function lanesOf(live: Live, status: Status): readonly Lane[] {
  return status.links.flatMap(link => [
    laneFor(live, link, link, 4),
    ...(link.ipv6 === null ? [] : [laneFor(live, link, link.ipv6, 6)]),
  ])
}

function laneFor({ history, splits }: Live, link: LinkStatus, seen: FamilyStatus, family: 4 | 6): Lane {
  const split = family === 4 ? splits.ipv4 : splits.ipv6
  return {
    title: family === 4 ? link.name : "  IPv6",
    link,
    seen,
    samples: history.get(laneOf(link.name, family)) ?? [],
    measured: split === null ? null : measuredOf(split, link.name),
    tracked: split?.last?.flows.links.find(({ name }) => name === link.name)?.tracked ?? null,
  }
}
