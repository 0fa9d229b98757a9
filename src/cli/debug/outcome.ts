import type { Family } from "../../core/ip-family.ts"
import { parseFlow } from "../../core/debug/new-flow.ts"
import type { PacketSeen } from "../../core/debug/read-trace.ts"
import { findFlows } from "../../system/conntrack.ts"
import { routeFor } from "../../system/route-for.ts"

/** What became of a traced packet. */
export interface Outcome {
  readonly packet: PacketSeen
  /** The route that the kernel takes for it, as `ip route get` prints it; null: none. */
  readonly route: string | null
  /** The address that its source is translated to, which is its own where nothing is translated; null: it is not tracked. */
  readonly source: string | null
}

export async function readOutcome(family: Family, packet: PacketSeen): Promise<Outcome> {
  const lines = await findFlows(family, packet.from, packet.to)
  const flows = lines.map(parseFlow).filter(flow => flow !== null)
  const flow = flows.find(({ fromPort, toPort }) => fromPort === packet.fromPort && toPort === packet.toPort)
  return { packet, route: await routeFor(family, packet), source: flow?.repliesTo ?? null }
}
