import { describe, expect, test } from "vitest"
import type { JournalEvent } from "../../src/core/events.ts"
import type { FamilyName } from "../../src/core/family.ts"
import type { Family } from "../../src/core/ip-family.ts"
import { evenkeel } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import type { LabSpec } from "../../src/lab/topology.ts"
import { runClient } from "../../src/lab/users.ts"
import { untilEvent } from "./support/journal.ts"
import { hearAllPorts, linksOf, mix } from "./support/mix.ts"
import {
  addressIn,
  BLOCKED,
  CLIENTS,
  expected,
  links,
  MARKED,
  sendersOf,
  top,
  UDP_ONLY,
} from "./support/policy-kinds.ts"
import { rules } from "./support/rules.ts"
import { threeLinks, withScene, type Scene } from "./support/scene.ts"

const spec: LabSpec = { ...threeLinks, clientAddresses: CLIENTS, family: 6 }

const count = 300

function serversOf({ targets, targets6 }: Lab): readonly (readonly [Family, string])[] {
  return [
    [4, targets[0] ?? ""],
    [6, targets6[0] ?? ""],
  ]
}

/** All kinds of both families, a burst for each family: 300 flows of each kind are where they belong, none is lost. */
async function expectRightLinks(scene: Scene, when: "healthy" | "dead"): Promise<void> {
  for (const [family, server] of serversOf(scene.lab)) {
    const mixed = await mix(scene, sendersOf(family, server), count)
    expect(linksOf(mixed), `IPv${family}, ${when}`).toEqual(expected(when))
    const arrived = Object.values(mixed).map(byLink => Object.values(byLink).reduce((sum, flows) => sum + flows, 0))
    expect(arrived.filter(flows => flows > 0 && flows !== count)).toEqual([])
    const { isp2 = 0 } = mixed["weights"] ?? {}
    console.log(`IPv${family}, ${when}: ${arrived.length} kinds of ${count} flows; ${isp2} over isp2 by weights 50/50`)
    if (when === "healthy") expect(Math.abs(isp2 - count / 2)).toBeLessThanOrEqual(4 * Math.sqrt(count / 4))
  }
}

/** TCP of the source whose UDP has a policy. */
async function expectByWeight({ lab }: Scene): Promise<void> {
  for (const [family, server] of serversOf(lab)) {
    const { via } = await runClient(lab, "flows", { count, server, from: addressIn(family, UDP_ONLY) })
    expect(Object.entries(via).map(([address, flows]) => [lab.linkOf(address), flows])).toEqual([["isp1", count]])
  }
}

async function expectRefused({ lab }: Scene): Promise<void> {
  for (const server of BLOCKED)
    expect(await runClient(lab, "flows", { count, parallel: count, server, timeout: 1_000 })).toMatchObject({
      ok: 0,
      failed: count,
    })
}

/** The DSCP of expedited forwarding (RFC 3246), which all bear that comes from one of the client's addresses. */
async function expedite(lab: Lab): Promise<void> {
  const mark = (source: string) => ["-t", "mangle", "-A", "OUTPUT", "-s", source, "-j", "DSCP", "--set-dscp", "46"]
  await lab.exec("lan", "iptables", mark(addressIn(4, MARKED)))
  await lab.exec("lan", "ip6tables", mark(addressIn(6, MARKED)))
}

describe("policies over three links", () => {
  test("300 flows of each kind go where they shall, healthy and with the preferred link dead", async () => {
    const prepare = (lab: Lab) => Promise.all([hearAllPorts(lab), expedite(lab)])
    const act = async (scene: Scene) => {
      const { lab, agent } = scene
      await expectRightLinks(scene, "healthy")
      await expectByWeight(scene)
      await blackhole(lab, "isp2")
      const isDown = (family: FamilyName) => (event: JournalEvent) =>
        event.type === "link.state" && event.link === "isp2" && event.family === family && event.to === "down"
      await Promise.all((["ipv4", "ipv6"] as const).map(family => untilEvent(agent, isDown(family))))
      await expectRightLinks(scene, "dead")
      await expectRefused(scene)
    }
    await withScene(spec, { top, links }, act, prepare)
  })

  test("are set up by apply too, and go with teardown: nothing of them stays", async () => {
    const policies = [{ name: "video", match: { set: "video" }, use: ["isp2"] }]
    const top = { policies, sets: { video: ["9.9.9.0/24"] }, sticky: { by: "source", for: "10m" } }
    await withScene(threeLinks, { top }, async ({ lab, agent }) => {
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
