import { existsSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { configure, evenkeel, labConfig, startAgent } from "../../src/lab/agent.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { addForeign } from "./support/foreign.ts"
import { everything, rules, type Backend } from "./support/rules.ts"
import { twoLinks, untilSettled, withLab } from "./support/scene.ts"
import { startServer } from "../../src/lab/users.ts"
import { watchWrites } from "./support/writes.ts"

/** Strict reverse path filters, so that there is a sysctl to set and to put back. */
const strict = { ...twoLinks, rpFilter: 1 } as const

async function prepared(lab: Lab, backend: Backend | null): Promise<void> {
  // Link-local addresses come a second or two after an interface: routes that would appear in between.
  await lab.exec("rtr", "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"])
  await addForeign(lab, backend)
  await configure(lab, labConfig(lab))
}

describe.each([
  ["foreign nft rules", "nft"],
  ["foreign legacy rules", "legacy"],
  ["no rules and no tables at all", null],
] as const)("on a router with %s", (_, backend) => {
  const ours: Backend = backend ?? "nft"

  test("apply sets up beside them, apply twice makes no write the second time, teardown leaves all as it was", async () => {
    await withLab(strict, async lab => {
      await prepared(lab, backend)
      const before = await everything(lab)
      expect((await evenkeel(lab, "apply")).stdout).toContain("Done")
      const after = await everything(lab)
      expect(after[ours]).toContain("-A PREROUTING -j EVENKEEL")
      expect(ours === "nft" ? after["legacy"] : after["nft"]).toBe("")
      for (const line of Object.values(before).flatMap(text => text.split("\n")))
        if (!/rp_filter|src_valid_mark/.test(line)) expect(Object.values(after).join("\n")).toContain(line)
      const writes = await watchWrites(lab)
      await writes.taken()
      expect((await evenkeel(lab, "apply")).stdout).toContain("Nothing to do")
      expect(await writes.taken()).toEqual([])
      expect(await everything(lab)).toEqual(after)
      await evenkeel(lab, "teardown")
      expect((await writes.taken()).length).toBeGreaterThan(0)
      expect(await everything(lab)).toEqual(before)
      expect(existsSync(`${lab.dir}/state/before`)).toBe(false)
    })
  })

  test("teardown leaves all as it was after the agent has run, failed over and been stopped", async () => {
    await withLab(strict, async lab => {
      await startServer(lab)
      await prepared(lab, backend)
      const before = await everything(lab)
      const agent = await startAgent(lab, labConfig(lab))
      await untilSettled(lab, agent)
      agent.child.kill("SIGTERM")
      expect(await agent.child.exited).toMatchObject({ exitCode: 0 })
      expect(await rules(lab, ours)).toContain("LOAD_BALANCE")
      await evenkeel(lab, "teardown")
      expect(await everything(lab)).toEqual(before)
      expect((await evenkeel(lab, "teardown")).stdout).toContain("Nothing of evenkeel's was there")
    })
  })
})
