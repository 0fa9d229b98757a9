import type { Flows, LinkFlows } from "../../../src/core/flows.ts"

/** Of isp1 and isp2, which were given so many flows; `share`: what the rules give isp1. */
export function flowsOfTwo(first: number, second: number, share = 0.7): Flows {
  return {
    links: [linkFlows("isp1", share, first, 120), linkFlows("isp2", 1 - share, second, 44)],
    unmarked: 0,
    strangers: 0,
  }
}

function linkFlows(name: string, share: number, newFlows: number, tracked: number): LinkFlows {
  return {
    name,
    mark: 1,
    weight: 50,
    drained: false,
    weightShare: 0.5,
    share,
    newFlows,
    newShare: null,
    tracked,
    trackedBy: { tcp: tracked, udp: 0, other: 0 },
    trackedShare: null,
  }
}
