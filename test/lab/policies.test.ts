import { describe, expect, test } from "vitest"
import type { AllFlows } from "../../src/cli/flows-text.ts"
import type { Flows } from "../../src/core/flows.ts"
import { evenkeel } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { runClient, type ClientOptions } from "../../src/lab/users.ts"
import { evenkeel as attempt, evenkeelJson } from "./support/command.ts"
import { untilState } from "./support/journal.ts"
import { rules } from "./support/rules.ts"
import { threeLinks, twoLinksIpv6, withScene } from "./support/scene.ts"

/** Which links new flows take, and how many of them; `none`: refused. */
async function routes(lab: Lab, options: ClientOptions = {}): Promise<Readonly<Record<string, number>>> {
  const { via, failed } = await runClient(lab, "flows", { count: 300, ...options })
  const byLink = Object.entries(via).map(([address, count]) => [lab.linkOf(address) ?? address, count])
  return { ...(Object.fromEntries(byLink) as Record<string, number>), ...(failed > 0 && { none: failed }) }
}

const clients = ["10.0.0.50", "10.0.0.51", "10.0.0.52", "10.0.0.53"]
const spec = { ...threeLinks, clientAddresses: clients }

describe("policies over three links", () => {
  test("300 flows of each kind go where they shall, healthy and with the preferred link dead", async () => {
    const policies = [
      { name: "gaming", match: { from: [clients[1]] }, use: ["isp2", "isp3"] },
      { name: "mail", match: { to: ["8.8.8.8"], proto: "tcp" }, use: ["isp2"], ifDown: "block" },
      { name: "port", match: { proto: "tcp", dport: [9009] }, use: ["isp2"], ifDown: "balance" },
      { name: "video", match: { set: "video" }, balance: { isp2: 50, isp3: 50 } },
      { name: "vpn", match: { from: [clients[2]], in: "lan0" }, use: ["isp2"] },
    ]
    const sets = { video: ["9.9.9.0/24", "2001:db8::/32"] }
    const links = { isp1: { weight: 1 }, isp2: { weight: 0 }, isp3: { weight: 0 } }
    await withScene(spec, { top: { policies, sets }, links }, async ({ lab, agent }) => {
      const [, gamer = "", vpn = ""] = clients
      expect(await routes(lab)).toEqual({ isp1: 300 })
      expect(await routes(lab, { from: gamer })).toEqual({ isp2: 300 })
      expect(await routes(lab, { server: "8.8.8.8" })).toEqual({ isp2: 300 })
      expect(await routes(lab, { from: vpn })).toEqual({ isp2: 300 })
      const video = await routes(lab, { server: "9.9.9.9" })
      expect(Object.keys(video).sort()).toEqual(["isp2", "isp3"])
      expect(Math.abs((video["isp2"] ?? 0) - 150)).toBeLessThan(4 * Math.sqrt(300 / 4))

      const down = untilState(agent, "isp2", "down")
      await blackhole(lab, "isp2")
      await down
      expect(await routes(lab)).toEqual({ isp1: 300 })
      expect(await routes(lab, { from: gamer })).toEqual({ isp3: 300 })
      expect(await routes(lab, { server: "8.8.8.8" })).toEqual({ none: 300 })
      expect(await routes(lab, { from: vpn })).toEqual({ isp1: 300 })
      expect(await routes(lab, { server: "9.9.9.9" })).toEqual({ isp3: 300 })
    })
  })

  test("are set up by apply too, and go with teardown: nothing of them stays", async () => {
    const policies = [{ name: "video", match: { set: "video" }, use: ["isp2"] }]
    const top = { policies, sets: { video: ["9.9.9.0/24"] }, sticky: { by: "source", for: "10m" } }
    await withScene(spec, { top }, async ({ lab, agent }) => {
      expect((await lab.exec("rtr", "ipset", ["list", "-n"])).stdout.split("\n").filter(Boolean).sort()).toEqual([
        "evenkeel4-sticky:1",
        "evenkeel4-sticky:2",
        "evenkeel4-sticky:3",
        "evenkeel4-video",
      ])
      agent.child.kill("SIGTERM")
      await agent.child.exited
      await evenkeel(lab, "teardown")
      await evenkeel(lab, "apply")
      expect((await evenkeel(lab, "plan")).stdout).toContain("nothing to do")
      await evenkeel(lab, "teardown")
      expect((await lab.exec("rtr", "ipset", ["list", "-n"])).stdout).toBe("")
      expect(await rules(lab)).not.toContain("EVENKEEL")
    })
  })
})

test("status and flows count what each policy was given, retransmissions left out, and say where it goes and what was decided by hand", async () => {
  const policies = [
    { name: "gaming", match: { from: [clients[1], clients[2]] }, use: ["isp2", "isp3"] },
    { name: "mail", match: { to: ["8.8.8.8"], proto: "tcp" }, use: ["isp3"], ifDown: "block" },
  ]
  await withScene(spec, { top: { policies } }, async ({ lab, agent }) => {
    const [, gamer = "", other = ""] = clients
    await runClient(lab, "flows", { count: 20, from: gamer })
    await runClient(lab, "flows", { count: 10, from: other })
    // Nobody answers: each SYN is sent again, and bears the mark of the first.
    await lab.exec("rtr", "iptables", ["-I", "FORWARD", "-s", "1.1.1.1", "-j", "DROP"])
    await runClient(lab, "flows", { count: 5, from: gamer, timeout: 2_500 })
    const drained = untilState(agent, "isp2", "down")
    await blackhole(lab, "isp2")
    await drained
    await evenkeel(lab, "drain", "isp3")
    const found = [
      { name: "gaming", packets: 35, way: { kind: "next" }, wayIpv6: null },
      { name: "mail", packets: 0, way: { kind: "blocked" }, wayIpv6: null },
    ]
    expect(await evenkeelJson(lab, "status")).toMatchObject({ policies: found, rulesInSync: true })
    const flows = (await evenkeelJson(lab, "flows")) as AllFlows & Flows
    expect(flows).toMatchObject({ policies: found, overrides: [{ kind: "drain", link: "isp3" }] })
    expect(flows.links.map(({ drained }) => drained)).toEqual([false, false, true])
    expect((await evenkeel(lab, "flows")).stdout).toMatch(/^BY HAND {4}isp3 drained$/m)
  })
})

test("without an agent, the rules of policies are in sync with the configuration", async () => {
  const policies = [{ name: "gaming", match: { from: [clients[1]] }, use: ["isp2"] }]
  await withScene(spec, { top: { policies } }, async ({ lab, agent }) => {
    agent.child.kill("SIGTERM")
    await agent.child.exited
    const { stdout } = await attempt(lab, "status", "--json")
    expect(JSON.parse(stdout)).toMatchObject({
      rulesInSync: true,
      policies: [{ name: "gaming", way: { kind: "balance", shares: { isp2: 1 } } }],
    })
  })
})

describe("policies in IPv6", () => {
  test("match IPv6's networks, and leave IPv4 alone", async () => {
    const policies = [{ name: "six", match: { to: ["2606:4700::/32"] }, use: ["isp2"] }]
    await withScene(twoLinksIpv6, { top: { policies } }, async ({ lab }) => {
      expect(await routes(lab)).toEqual({ isp2: 300 })
      expect(Object.keys(await routes(lab, { server: "1.1.1.1" })).sort()).toEqual(["isp1", "isp2"])
    })
  })
})

describe("sticky sources", () => {
  test("keep one link each, by weight over many, and only those of a dead link move", async () => {
    const crowd = Array.from({ length: 30 }, (_, i) => `10.0.0.${100 + i}`)
    const top = { sticky: { by: "source", for: "10m" } }
    await withScene({ ...threeLinks, clientAddresses: crowd }, { top }, async ({ lab, agent }) => {
      const linksOf = async () =>
        Promise.all(
          crowd.map(async from =>
            Object.keys(await routes(lab, { from, count: 20 }))
              .sort()
              .join("+"),
          ),
        )
      const before = await linksOf()
      expect(new Set(before)).toEqual(new Set(["isp1", "isp2", "isp3"]))
      const down = untilState(agent, "isp1", "down")
      await blackhole(lab, "isp1")
      await down
      const after = await linksOf()
      expect(after.filter((link, i) => before[i] !== "isp1" && link !== before[i])).toEqual([])
      expect(new Set(after)).toEqual(new Set(["isp2", "isp3"]))
    })
  })
})
