import { labConfig, startAgent, type ConfigOverrides, type LabAgent } from "../../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../../src/lab/lab.ts"
import type { JournalEvent } from "../../../src/core/events.ts"
import type { FamilyName } from "../../../src/core/family.ts"
import type { LabSpec } from "../../../src/lab/topology.ts"
import { startServer, type LabServer } from "../../../src/lab/users.ts"
import { untilEvent } from "./journal.ts"

/** A router with its agent at work, between users and a server on the internet. */
export interface Scene {
  readonly lab: Lab
  readonly server: LabServer
  readonly agent: LabAgent
}

export const twoLinks: LabSpec = { links: [{ name: "isp1" }, { name: "isp2" }] }
export const threeLinks: LabSpec = { links: [{ name: "isp1" }, { name: "isp2" }, { name: "isp3" }] }

/** Everything has to hold in both. */
export const topologies = [
  ["two modems", twoLinks],
  ["two modems with the same subnet, address and gateway", { ...twoLinks, identicalModems: true }],
] as const

/** Users of both families; what a test does with them is IPv6. */
export const twoLinksIpv6: LabSpec = { ...twoLinks, family: 6 }

/** And in IPv6, whose prefixes tell modems apart. */
export const topologiesOfBoth = [...topologies, ["two modems, IPv6", twoLinksIpv6]] as const

export async function withLab<T>(spec: LabSpec, act: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await buildLab(spec)
  try {
    return await act(lab)
  } finally {
    await lab.dispose()
  }
}

/** Runs `act` once every link is up and the rules are written. */
export function withScene<T>(
  spec: LabSpec,
  overrides: ConfigOverrides,
  act: (scene: Scene) => Promise<T>,
  prepare: (lab: Lab) => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  return withLab(spec, async lab => {
    const server = await startServer(lab)
    await prepare(lab)
    const agent = await startAgent(lab, labConfig(lab, overrides))
    await untilSettled(lab, agent)
    return act({ lab, server, agent })
  })
}

/** `afterSeq`: an earlier agent's events do not count. */
export async function untilSettled(lab: Lab, agent: LabAgent, afterSeq = 0): Promise<void> {
  const families: readonly FamilyName[] = lab.family === 6 ? ["ipv4", "ipv6"] : ["ipv4"]
  const until = (isWanted: (event: JournalEvent) => boolean) =>
    untilEvent(agent, isWanted, { afterSeq, withinMs: 40_000 })
  const isUp = (name: string, family: FamilyName) =>
    until(event => event.type === "link.state" && event.link === name && event.family === family && event.to === "up")
  const settled = families.flatMap(family => [
    until(event => event.type === "weights.applied" && event.family === family),
    ...lab.links.map(link => isUp(link.name, family)),
  ])
  await Promise.all(settled)
}
