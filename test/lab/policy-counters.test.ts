import { expect, test } from "vitest"
import type { AllFlows } from "../../src/cli/flows-text.ts"
import type { Flows } from "../../src/core/flows.ts"
import { evenkeel } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import { runClient } from "../../src/lab/users.ts"
import { evenkeel as attempt, evenkeelJson } from "./support/command.ts"
import { untilState } from "./support/journal.ts"
import { threeLinks, withScene } from "./support/scene.ts"

const clients = ["10.0.0.50", "10.0.0.51", "10.0.0.52"]
const spec = { ...threeLinks, clientAddresses: clients }

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
