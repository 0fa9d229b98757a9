import { rm, writeFile } from "node:fs/promises"
import { execPath } from "node:process"
import { describe, expect, test } from "vitest"
import { configure, evenkeel, labConfig, startAgent } from "../../src/lab/agent.ts"
import { deleteInterface, remakeInterface } from "../../src/lab/leases.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { startServer } from "../../src/lab/users.ts"
import { everything, rules, until } from "./support/rules.ts"
import { twoLinks, untilSettled, withLab } from "./support/scene.ts"

const strict = { ...twoLinks, rpFilter: 1 } as const

/** Runs `act` on a router that `apply` has set up. */
async function onceApplied(act: (lab: Lab, before: Readonly<Record<string, string>>) => Promise<void>): Promise<void> {
  await withLab(strict, async lab => {
    // Link-local addresses come a second or two after an interface: routes that would appear in between.
    await lab.exec("rtr", "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"])
    await configure(lab, labConfig(lab))
    const before = await everything(lab)
    await evenkeel(lab, "apply")
    await act(lab, before)
  })
}

/** Ends as it will: `evenkeel` of the lab throws when a command fails. */
async function teardown(lab: Lab, ...args: readonly string[]) {
  const file = `${lab.dir}/evenkeel.yaml`
  return (await lab.spawn("rtr", execPath, [agentProgram, "teardown", "-c", file, ...args])).exited
}

const settingOf = async (lab: Lab, name: string) => (await lab.exec("rtr", "sysctl", ["-n", name])).stdout.trim()

describe("teardown", () => {
  test.each([
    ["gone", (file: string) => rm(file)],
    ["bad", (file: string) => writeFile(file, "links: 5\n")],
  ])("goes by --state-dir when the configuration is %s", async (_, spoil) => {
    await onceApplied(async (lab, before) => {
      await spoil(`${lab.dir}/evenkeel.yaml`)
      expect(await teardown(lab, "--state-dir", `${lab.dir}/state`)).toMatchObject({ exitCode: 0, stderr: "" })
      expect(await everything(lab)).toEqual(before)
    })
  })

  test("says what it could not put back when what was there before was not kept", async () => {
    await onceApplied(async (lab, before) => {
      await rm(`${lab.dir}/state/before`, { recursive: true })
      const { stdout } = await evenkeel(lab, "teardown")
      expect(stdout).toMatch(/rp_filter and src_valid_mark .* may still be as evenkeel set them/)
      expect(stdout).not.toContain("as it was")
      const after = await everything(lab)
      expect([after["rule"], after["route"]]).toEqual([before["rule"], before["route"]])
      expect(after["nft"]).not.toMatch(/EVENKEEL|LOAD_BALANCE/)
    })
  })

  test("stops before it touches anything where somebody's rules lead into our chains, and says how to go on", async () => {
    await onceApplied(async lab => {
      const comment = ["-m", "comment", "--comment", "not ours"]
      await lab.exec("rtr", "iptables", [
        "-t",
        "mangle",
        "-A",
        "FORWARD",
        "-i",
        "lan1",
        ...comment,
        "-g",
        "LOAD_BALANCE",
      ])
      await lab.exec("rtr", "iptables", ["-t", "nat", "-A", "POSTROUTING", "-o", "eth9", "-j", "EVENKEEL_NAT"])
      const before = await everything(lab)
      // Without a configuration, so that the default directory is named; this machine's own must not be touched.
      await rm(`${lab.dir}/evenkeel.yaml`)
      const { exitCode, stderr } = await teardown(lab)
      expect(exitCode).toBe(1)
      expect(stderr).toContain("Going by the default stateDir, /var/lib/evenkeel")
      expect(await everything(lab)).toEqual(before)
      const commands = stderr.split("\n").filter(line => line.startsWith("  iptables"))
      expect(commands).toHaveLength(2)
      await lab.exec("rtr", "sh", ["-c", commands.join("\n")])
      expect(await teardown(lab, "--state-dir", `${lab.dir}/state`)).toMatchObject({ exitCode: 0 })
      expect(await rules(lab)).not.toMatch(/EVENKEEL|LOAD_BALANCE/)
    })
  })

  test("puts back what the agent changed of an interface that came later, and nothing that it did not change", async () => {
    await withLab({ ...strict }, async lab => {
      await startServer(lab)
      await deleteInterface(lab, "isp2")
      await lab.exec("rtr", "sysctl", ["-qw", "net.ipv4.conf.default.rp_filter=1", "net.ipv4.conf.eth0.rp_filter=2"])
      const agent = await startAgent(lab, labConfig(lab, { top: { health: { upAfter: "1s" } } }))
      await until(async () => (await settingOf(lab, "net.ipv4.conf.eth0.src_valid_mark")) === "1", 10_000)
      await remakeInterface(lab, "isp2")
      await untilSettled(lab, agent)
      await until(async () => (await settingOf(lab, "net.ipv4.conf.eth1.rp_filter")) === "2", 10_000)
      agent.child.kill("SIGTERM")
      await agent.child.exited
      await lab.exec("rtr", "sysctl", ["-qw", "net.ipv4.conf.eth0.rp_filter=0"])
      expect((await evenkeel(lab, "teardown")).stdout).toContain("as it was before")
      expect(await settingOf(lab, "net.ipv4.conf.eth1.rp_filter")).toBe("1")
      expect(await settingOf(lab, "net.ipv4.conf.eth1.src_valid_mark")).toBe("0")
      expect(await settingOf(lab, "net.ipv4.conf.eth0.rp_filter")).toBe("0")
      expect(await settingOf(lab, "net.ipv4.conf.eth0.src_valid_mark")).toBe("0")
    })
  })
})
