import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { lan6, topology } from "../../src/lab/topology.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { runClient, startClient } from "../../src/lab/users.ts"
import { serve } from "./support/inbound.ts"
import { twoLinksIpv6, withScene } from "./support/scene.ts"
import { hold, kill, stories, used } from "./support/stories.ts"

const inside = "fd00:10::/56"
const port = 9000
const count = 200
const labels = ["a", "b", "c", "d"]

/** Each provider routes its own /56 to the router. */
const delegated = topology(twoLinksIpv6).links.map(({ name, delegated6 }) => [name, delegated6] as const)
const nat6 = (of: (prefix: string) => object) => ({
  top: { health: { upAfter: "1s" } },
  links: Object.fromEntries(delegated.map(([name, prefix]) => [name, { nat6: of(prefix) }])),
})

/** The client host as the internet knows it by this link. */
function outside(lab: Lab, link: string): string {
  return lan6.client.replace(inside.replace("::/56", ""), lab.link(link).delegated6.replace("::/56", ""))
}

describe("nat6 with a prefix", () => {
  test("and inside: the same host is reached by each provider's prefix, and answers over that link", async () => {
    await withScene(
      twoLinksIpv6,
      nat6(prefix => ({ prefix, inside })),
      async ({ lab }) => {
        await serve(lab, "lan", port)
        for (const { name } of lab.links) {
          const tally = await runClient(lab, "flows", { server: outside(lab, name), port, count }, "inet")
          expect(tally).toMatchObject({ ok: count, failed: 0 })
        }
      },
    )
  })

  test("without inside: nobody is led in", async () => {
    await withScene(
      twoLinksIpv6,
      nat6(prefix => ({ prefix })),
      async ({ lab }) => {
        await serve(lab, "lan", port)
        const tally = await runClient(
          lab,
          "flows",
          { server: outside(lab, "isp1"), port, count: 1, timeout: 500 },
          "inet",
        )
        expect(tally).toMatchObject({ ok: 0, failed: 1 })
      },
    )
  })

  test("flows of a dead link are let go, also those that took a new mark before anybody could forget them", async () => {
    await withScene(
      twoLinksIpv6,
      nat6(prefix => ({ prefix, inside })),
      async scene => {
        const { lab, server } = scene
        const client = await hold(lab)
        await Promise.all(labels.map(label => startClient(lab, "udp-stream", { label, packets: 9_999, every: 20 })))
        await kill(scene, "isp1")
        await sleep(2_500)
        const told = new Set((await stories(scene, client)).map(story => story.replace("stalled ", "")))
        expect(told).toEqual(new Set(["isp1 broken isp2", "isp2"]))
        const before = await server.received()
        await sleep(1_000)
        const now = await server.received()
        const came = labels.map(label => {
          const packets = (report: typeof now) => report[label]?.[outside(lab, "isp2")]?.packets ?? 0
          return packets(now) - packets(before)
        })
        expect(Math.min(...came)).toBeGreaterThan(30)
        expect(await used(scene)).toEqual(["isp2"])
        expect(await lab.conntrack("-f", "ipv6", "--reply-dst", outside(lab, "isp1"))).toEqual([])
      },
    )
  })
})
