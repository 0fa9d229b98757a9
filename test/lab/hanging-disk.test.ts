import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import { expect, test } from "vitest"
import { evenkeel, labConfig, placesOf, startAgent } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { run } from "../../src/system/run.ts"
import { carriers, until } from "./support/rules.ts"
import { twoLinks, withLab } from "./support/scene.ts"

/** Opening a FIFO waits for its other end, as a file does on a disk that hangs. */
async function hang({ dir }: Lab, ...names: readonly string[]): Promise<void> {
  const files = names.map(name => `${placesOf({ dir }).stateDir}/${name}`)
  for (const file of files) await mkdir(dirname(file), { recursive: true })
  await run("mkfifo", files)
}

test("with a disk that hangs from the beginning the agent sets up, fails over, mends routes, obeys and stops", async () => {
  await withLab(twoLinks, async lab => {
    await hang(lab, "events.jsonl", "overrides.json", "before/sysctls.json", "before/iptables-save", "state.json")
    const filter = "/proc/sys/net/ipv4/conf/eth0/rp_filter"
    const strict = () => lab.exec("rtr", "sh", ["-c", `echo 1 > ${filter}`])
    const loose = async () => (await lab.exec("rtr", "cat", [filter])).stdout === "2\n"
    await strict()
    const { child } = await startAgent(lab, labConfig(lab))
    await until(async () => (await carriers(lab)).length === 2, 15_000)
    expect(await loose()).toBe(true)

    await strict()
    await lab.ip("rtr", ["route del default table 101"])
    await until(async () => (await lab.exec("rtr", "ip", ["route", "show", "table", "101"])).stdout !== "", 5_000)
    await until(loose, 5_000)

    const { askedMs } = await blackhole(lab, "isp1")
    const leftMs = (await until(async () => (await carriers(lab)).join() === "2", 10_000)) - askedMs
    console.log(`a dead link is left after ${leftMs.toFixed(0)} ms`)
    expect(leftMs).toBeLessThanOrEqual(5_000)

    expect((await evenkeel(lab, "weight", "isp2", "20")).stdout).toContain("a restart may not know of it")
    child.kill("SIGTERM")
    await child.exited
    expect(await carriers(lab)).toEqual([2])
  })
})
