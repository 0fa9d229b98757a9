import { setTimeout as sleep } from "node:timers/promises"
import { lastValueFrom, take, toArray } from "rxjs"
import type { JournalEvent } from "../../../src/core/events.ts"
import type { FamilyName } from "../../../src/core/family.ts"
import { blackholeOf, heal, type FaultTime } from "../../../src/lab/faults.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import type { LabSpec } from "../../../src/lab/topology.ts"
import type { Attempt, HoldEvent, SinkReport } from "../../../src/lab/traffic/report.ts"
import { startClient, type Client } from "../../../src/lab/users.ts"
import { journal, untilState } from "./journal.ts"
import { until } from "./rules.ts"
import { withScene, type Scene } from "./scene.ts"
import { hold } from "./stories.ts"

/** What users saw of an outage of isp1, the busiest link, in the family that they speak, and of its end. All times are monotonic milliseconds. */
export interface Outage {
  readonly family: FamilyName
  readonly fault: FaultTime
  readonly healed: FaultTime
  readonly linkOf: Lab["linkOf"]
  /** 50 a second, from before the fault until after the link is back. Each stands or falls with its first SYN. */
  readonly attempts: readonly Attempt[]
  /** Patient connections that were asked for just after the fault, when the link was dead and nobody knew. */
  readonly syns: readonly Attempt[]
  /** By client: each keeps long flows open. */
  readonly held: readonly (readonly HoldEvent[])[]
  /** The same in IPv4 where IPv6 is what dies, over both links. */
  readonly heldBeside: readonly HoldEvent[]
  /** One-way UDP flows by the link that they began on: what arrived, before the link was healed. */
  readonly udp: Readonly<Record<"isp1" | "isp2", SinkReport[string]>>
  readonly journal: readonly JournalEvent[]
}

/** Less than the first retransmission of a SYN (1 s): what connects has been steered well from its first packet. */
const firstSynMs = 900

const settleMs = 4_000

const FLOWS_BESIDE = 40

/** Default settings throughout. Where users speak IPv6, that alone dies. */
export function outageOfTheBusiestLink(spec: LabSpec): Promise<Outage> {
  return withScene(spec, {}, async scene => {
    const { lab, agent } = scene
    const attempting = await startClient(lab, "connects", { rate: 50, timeout: firstSynMs })
    const holding = await holdUntil(lab, "isp2", 40)
    const beside = lab.family === 6 ? [await hold(lab, FLOWS_BESIDE, lab.targets[0])] : []
    const streams = { isp1: await streamOver(scene, "isp1"), isp2: await streamOver(scene, "isp2") }
    const down = untilState(agent, "isp1", "down")
    const fault = await blackholeOf(lab, lab.family, "isp1")
    const syns = await startClient(lab, "connects", { rate: 50, seconds: 0.4, timeout: 6_000 })
    await down
    await sleep(settleMs)
    const arrived = await scene.server.received()
    const udp = { isp1: arrived[streams.isp1] ?? {}, isp2: arrived[streams.isp2] ?? {} }
    const up = untilState(agent, "isp1", "up", { withinMs: 30_000 })
    const healed = await heal(lab, "isp1")
    await up
    await sleep(1_500)
    return {
      family: agent.family,
      fault,
      healed,
      linkOf: lab.linkOf,
      attempts: await stop(attempting),
      syns: await lastValueFrom(syns.reports$.pipe(toArray())),
      held: await Promise.all(holding.map(stop)),
      heldBeside: (await Promise.all(beside.map(stop))).flat(),
      udp,
      journal: journal(agent),
    }
  })
}

/** Opens long flows until at least so many go over the link. */
async function holdUntil(lab: Lab, link: string, wanted: number): Promise<readonly Client<HoldEvent>[]> {
  const clients: Client<HoldEvent>[] = []
  for (let found = 0; found < wanted;) {
    const client = await startClient(lab, "hold", { count: 60, every: 200 })
    const opened = await lastValueFrom(client.reports$.pipe(take(60), toArray()))
    found += opened.filter(event => event.kind === "open" && lab.linkOf(event.via) === link).length
    clients.push(client)
  }
  return clients
}

/** Starts one-way UDP flows, 50 packets a second, until one goes over the link. @returns its label. */
async function streamOver({ lab, server }: Scene, link: string): Promise<string> {
  for (let number = 1; ; number++) {
    const label = `${link}-${number}`
    const { child } = await startClient(lab, "udp-stream", { label, packets: 100_000, every: 20 })
    await until(async () => label in (await server.received()), 10_000)
    const [via = ""] = Object.keys((await server.received())[label] ?? {})
    if (lab.linkOf(via) === link) return label
    child.kill("SIGKILL")
  }
}

async function stop<Report>({ child, reports$ }: Client<Report>): Promise<readonly Report[]> {
  child.kill("SIGTERM")
  return lastValueFrom(reports$.pipe(toArray()))
}
