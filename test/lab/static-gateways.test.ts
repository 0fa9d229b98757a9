import { expect, test } from "vitest"
import { deleteInterface, remakeInterface } from "../../src/lab/leases.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { untilState } from "./support/journal.ts"
import { twoLinks, withScene } from "./support/scene.ts"

/** Gateways are in the configuration alone: `main` has no default route, as where nobody runs a DHCP client. */
async function withoutDefaults(lab: Lab): Promise<void> {
  await lab.ip(
    "rtr",
    lab.links.map(link => `route del default dev ${link.interface}`),
  )
}

const overrides = {
  top: { health: { upAfter: "1s" } },
  links: { isp1: { gateway: "192.168.1.1" }, isp2: { gateway: "192.168.2.1" } },
}

test("with strict rp_filter and no default route in main both links come up, a new interface's too", async () => {
  await withScene(
    { ...twoLinks, rpFilter: 1 },
    overrides,
    async ({ lab, agent }) => {
      const down = untilState(agent, "isp2", "down")
      await deleteInterface(lab, "isp2")
      await down
      const up = untilState(agent, "isp2", "up")
      await remakeInterface(lab, "isp2")
      await withoutDefaults({ ...lab, links: lab.links.slice(1) })
      await up
      const { stdout } = await lab.exec("rtr", "sysctl", ["-n", "net.ipv4.conf.eth1.src_valid_mark"])
      expect(stdout.trim()).toBe("1")
    },
    withoutDefaults,
  )
})
