import { lastValueFrom, take, toArray } from "rxjs"
import { describe, expect, test } from "vitest"
import { addressChange } from "../../src/lab/leases.ts"
import type { Lab } from "../../src/lab/lab.ts"
import type { HoldEvent } from "../../src/lab/traffic/report.ts"
import { runClient, startClient } from "../../src/lab/users.ts"
import { addressOf, PORTS, publishServers } from "./support/inbound.ts"
import { until } from "./support/rules.ts"
import { topologies, twoLinksIpv6, withScene, type Scene } from "./support/scene.ts"

const count = 200

/** A reply that leaves by another link has another source address, and never becomes a connection. */
async function connectFromOutside({ lab }: Scene): Promise<void> {
  for (const port of Object.values(PORTS))
    for (const link of lab.links) {
      const tally = await runClient(lab, "flows", { server: addressOf(lab, link), port, count }, "inet")
      expect(tally).toMatchObject({ ok: count, failed: 0 })
    }
}

/** Ten connections through each link from outside, and 30 from within over whichever they draw. */
async function holdAll(lab: Lab): Promise<readonly HoldEvent[]> {
  const events: HoldEvent[] = []
  const hold = async (options: { readonly server?: string; readonly count: number }, namespace: string) => {
    const { reports$ } = await startClient(lab, "hold", options, namespace)
    reports$.subscribe(event => events.push(event))
    await lastValueFrom(reports$.pipe(take(options.count), toArray()))
  }
  for (const { publicAddress } of lab.links) await hold({ server: publicAddress, count: 10 }, "inet")
  await hold({ count: 30 }, "lan")
  return events
}

/** Flows by the address, of one link's mark. */
async function flowsBy(lab: Lab, address: string, mark: number): Promise<readonly string[]> {
  const flows = await lab.conntrack("-p", "tcp", "--mark", `${mark}/0xff`, "--state", "ESTABLISHED")
  return flows.filter(line => line.includes(`dst=${address} `))
}

/** The modem would go on sending to where the address was last: its ARP entry outlives it. */
async function nobodyAt(lab: Lab, link: string, address: string): Promise<void> {
  await lab.ip(link, [`neigh replace ${address} lladdr 02:00:00:00:00:01 dev lan nud permanent`])
}

test("connections from outside in IPv6 are answered over the link that they came by", async () => {
  await withScene(twoLinksIpv6, {}, connectFromOutside, publishServers)
})

describe.each(topologies)("connections from outside, %s", (_, spec) => {
  test("are answered over the link that they came by, and let go with the address that they came for", async () => {
    await withScene(
      spec,
      {},
      async scene => {
        const { lab } = scene
        await connectFromOutside(scene)
        const events = await holdAll(lab)
        const [old, other] = [lab.link("isp1").lease.address, lab.link("isp2").lease.address]
        expect((await flowsBy(lab, old, 1)).length).toBeGreaterThan(10)
        const kept = await flowsBy(lab, other, 2)
        expect(kept.length).toBeGreaterThan(10)

        await nobodyAt(lab, "isp1", old)
        await addressChange(lab, "isp1", { address: "192.168.1.77" })
        await until(async () => (await flowsBy(lab, old, 1)).length === 0, 2_000)
        expect((await flowsBy(lab, other, 2)).length).toBeGreaterThanOrEqual(kept.length)
        const broken = events.filter(event => event.kind === "broken")
        expect(broken.filter(({ via }) => via === lab.link("isp2").publicAddress)).toEqual([])
        expect(broken.filter(({ via }) => via === lab.link("isp2").carrierAddress)).toEqual([])
      },
      publishServers,
    )
  })
})
