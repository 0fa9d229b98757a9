import { expect, test } from "vitest"
import type { JournalEvent } from "../../src/core/events.ts"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { evenkeel } from "./support/command.ts"
import { eventsSince, untilEvent } from "./support/journal.ts"
import { until } from "./support/rules.ts"
import { twoLinks, twoLinksIpv6, untilSettled, withLab } from "./support/scene.ts"

type Family = "ipv4" | "ipv6"

/** A default route in isp2's table that is somebody else's. */
async function foreign(lab: Lab, family: Family, action: "add" | "del" | "show"): Promise<string> {
  const args = [...(family === "ipv6" ? ["-6"] : []), "route", action, "default", "dev", "lan0", "table", "102"]
  return (await lab.exec("rtr", "ip", args)).stdout
}

/** Undefined: the agent does not say so yet. */
async function isInSync(lab: Lab): Promise<unknown> {
  const { stdout } = await evenkeel(lab, "status", "--json")
  return stdout === "" ? undefined : (JSON.parse(stdout) as { rulesInSync?: unknown }).rulesInSync
}

const applied = (family: Family) => (event: JournalEvent) => event.type === "weights.applied" && event.family === family

test.each([
  ["ipv6", "ipv4"],
  ["ipv4", "ipv6"],
] as const)(
  "a table of isp2 that is somebody else's for %s at a start: %s is steered, and that once it is free",
  async (torn, whole) => {
    await withLab(twoLinksIpv6, async lab => {
      await foreign(lab, torn, "add")
      const agent = await startAgent(lab, labConfig(lab))
      const failed = await untilEvent(agent, ({ type }) => type === "rules.failed")
      expect(failed).toMatchObject({
        family: torn,
        error: expect.stringContaining("isp2: routing table 102") as string,
      })
      await untilEvent(agent, applied(whole))
      await untilEvent(agent, event => event.type === "link.state" && event.family === whole && event.to === "up")
      await until(async () => (await isInSync(lab)) === false, 5_000)
      const troubles = eventsSince(agent, 0).filter(({ type }) => type === "rules.failed")
      expect(troubles.length).toBeLessThanOrEqual(2)
      expect(await foreign(lab, torn, "show")).toContain("default")

      await foreign(lab, torn, "del")
      await untilSettled(lab, agent)
      expect(await isInSync(lab)).toBe(true)
    })
  },
)

test("where no family can be steered the agent says why and ends, and takes nothing of anybody's", async () => {
  await withLab(twoLinks, async lab => {
    await foreign(lab, "ipv4", "add")
    const { child } = await startAgent(lab, labConfig(lab))
    const { exitCode, stderr } = await child.exited
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^isp2: routing table 102 .*ip route del default table 102/),
    ])
    expect(await foreign(lab, "ipv4", "show")).toContain("default")
  })
})
