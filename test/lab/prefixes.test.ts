import { describe, expect, test } from "vitest"
import { lan6, topology } from "../../src/lab/topology.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { runClient } from "../../src/lab/users.ts"
import { serve } from "./support/inbound.ts"
import { expectLetGo } from "./support/let-go.ts"
import { twoLinksIpv6, withScene } from "./support/scene.ts"

const inside = "fd00:10::/56"
const port = 9000
const count = 200

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
        const { lab } = scene
        await expectLetGo(scene, outside(lab, "isp2"))
        expect(await lab.conntrack("-f", "ipv6", "--reply-dst", outside(lab, "isp1"))).toEqual([])
      },
    )
  })
})
