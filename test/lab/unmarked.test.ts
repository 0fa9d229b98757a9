import { expect, test } from "vitest"
import { orderAgent } from "../../src/control/client.ts"
import type { JournalEvent } from "../../src/core/events.ts"
import type { Order } from "../../src/core/orders.ts"
import { placesOf } from "../../src/lab/agent.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { lanInterface } from "../../src/lab/topology.ts"
import { startClient } from "../../src/lab/users.ts"
import { journal } from "./support/journal.ts"
import { iptables, until } from "./support/rules.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"

const rewrites = 100

/** Behind the choice of a link: counts the flows from the LAN that bear no mark, and all of them. */
async function countForwarded(lab: Lab): Promise<() => Promise<readonly number[]>> {
  for (const match of [["-m", "mark", "--mark", "0x0/0xff"], []])
    await lab.exec("rtr", iptables(lab), ["-A", "FORWARD", "-i", lanInterface, ...match])
  return async () => {
    const { stdout } = await lab.exec("rtr", `${iptables(lab)}-save`, ["-c", "-t", "filter"])
    return [...stdout.matchAll(/^\[(\d+):\d+\] -A FORWARD/gm)].map(([, packets]) => Number(packets))
  }
}

/** Each is written before the next is asked for. */
async function rewriteOften({ lab, agent }: Scene): Promise<void> {
  const isOurs = (event: JournalEvent) => event.type === "weights.applied" && event.family === agent.family
  const written = () => journal(agent).filter(isOurs).length
  for (let i = 0; i < rewrites; i++) {
    const before = written()
    const weight = i % 2 === 0 ? 30 : 60
    const order: Order = { do: "set", override: { kind: "weight", link: "isp1", weight, until: null } }
    await orderAgent(placesOf(lab).socket, order)
    await until(() => Promise.resolve(written() > before), 20_000)
  }
}

test.concurrent.each([4, 6] as const)(
  `IPv%d: ${rewrites} rewrites let no new flow through without a mark`,
  async family => {
    await withScene({ ...twoLinks, family }, {}, async scene => {
      const { lab } = scene
      const forwarded = await countForwarded(lab)
      const { child } = await startClient(lab, "udp-flows", { rate: 1_000, seconds: 600 })
      await until(async () => ((await forwarded())[1] ?? 0) > 0, 20_000)
      await rewriteOften(scene)
      child.kill("SIGTERM")
      const [unmarked, all = 0] = await forwarded()
      console.log(`IPv${family}: ${all} flows during ${rewrites} rewrites, ${unmarked ?? NaN} without a mark`)
      expect(unmarked).toBe(0)
      expect(all).toBeGreaterThan(1_000)
    })
  },
)
