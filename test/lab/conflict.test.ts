import { expect, test } from "vitest"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { blackholeOf, heal } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { startServer } from "../../src/lab/users.ts"
import { evenkeelJson } from "./support/command.ts"
import { journal, untilEvent } from "./support/journal.ts"
import { twoLinksIpv6, untilSettled, withLab } from "./support/scene.ts"

/** In the table of the first link, as a hook of a DHCP client might. */
function defaultOfOthers(lab: Lab, family: 4 | 6, change: "add" | "del") {
  const device = ["dev", lab.links[0]?.interface ?? ""]
  return lab.exec("rtr", "ip", [`-${family}`, "route", change, "default", ...device, "table", "101"])
}

test("a route of others in the way of IPv6 at a start is told; IPv4 is steered, and IPv6 as soon as it is gone", async () => {
  await withLab(twoLinksIpv6, async lab => {
    await startServer(lab)
    await defaultOfOthers(lab, 6, "add")
    const agent = await startAgent(lab, labConfig(lab))
    const failed = await untilEvent(agent, ({ type }) => type === "rules.failed")
    expect(failed).toMatchObject({
      family: "ipv6",
      error: expect.stringMatching(/ip -6 route del default table 101/) as unknown,
    })
    const down = untilEvent(agent, event => event.type === "link.state" && event.to === "down")
    await untilEvent(agent, event => event.type === "link.state" && event.link === "isp2" && event.to === "up")
    await blackholeOf(lab, 4, "isp2")
    expect(await down).toMatchObject({ link: "isp2", family: "ipv4" })
    await heal(lab, "isp2")

    await defaultOfOthers(lab, 6, "del")
    await untilSettled(lab, agent)
    expect(await evenkeelJson(lab, "status")).toMatchObject({
      links: [{ ipv6: { state: "up" } }, { ipv6: { state: "up" } }],
    })
  })
})

test("a route of others in the way of IPv4 at a start ends it, and the journal says why", async () => {
  await withLab(twoLinksIpv6, async lab => {
    await defaultOfOthers(lab, 4, "add")
    const agent = await startAgent(lab, labConfig(lab))
    const { exitCode, stderr } = await agent.child.exited
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/ip route del default table 101/)])
    expect(journal(agent)).toContainEqual(expect.objectContaining({ type: "rules.failed", family: "ipv4", retryMs: 0 }))
  })
})
