import { mkdir, open, readFile, rename, rmdir, stat, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { expect, test } from "vitest"
import { evenkeel, labConfig, placesOf, startAgent } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { run } from "../../src/system/run.ts"
import { carriers, until } from "./support/rules.ts"
import { twoLinks, withLab } from "./support/scene.ts"

const fileOf = ({ dir }: Lab, name: string) => `${placesOf({ dir }).stateDir}/${name}`

const carrying = (lab: Lab, ...marks: readonly number[]) =>
  until(async () => (await carriers(lab)).join() === marks.join(), 15_000)

/** Opening a FIFO waits for its other end, as a file does on a disk that hangs. */
async function hang(lab: Lab, ...names: readonly string[]): Promise<void> {
  const files = names.map(name => fileOf(lab, name))
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

/** What waits for the file gets this, and so does whoever opens it later. */
async function answer(lab: Lab, name: string, text: string): Promise<void> {
  const file = fileOf(lab, name)
  const writer = await open(file, "w")
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
  await writer.writeFile(text)
  await writer.close()
}

const kept = async (lab: Lab) =>
  JSON.parse(await readFile(fileOf(lab, "overrides.json"), "utf8").catch(() => "{}")) as object

const drain = { until: null, force: false }

test("what was decided by hand holds as soon as the disk tells of it, however late, but for what was decided since", async () => {
  await withLab(twoLinks, async lab => {
    await hang(lab, "overrides.json")
    await startAgent(lab, labConfig(lab))
    await until(async () => (await carriers(lab)).length === 2, 15_000)
    expect((await evenkeel(lab, "weight", "isp2", "20")).stdout).toContain("has not been read yet")
    expect((await evenkeel(lab, "weight", "isp1", "default")).stdout).toContain("a restart may not know of it")
    await evenkeel(lab, "drain", "isp2")
    await carrying(lab, 1)
    await evenkeel(lab, "undrain", "isp2")
    await carrying(lab, 1, 2)

    const drains = { isp1: drain, isp2: drain }
    const weights = { isp1: { until: null, weight: 7 }, isp2: { until: null, weight: 8 } }
    await answer(lab, "overrides.json", JSON.stringify({ v: 1, drains, weights }))
    await carrying(lab, 2)
    const isp2 = { until: null, weight: 20 }
    await until(async () => JSON.stringify(await kept(lab)).includes('"weight":20'), 5_000)
    expect(await kept(lab)).toEqual({ v: 1, drains: { isp1: drain }, weights: { isp2 }, pins: [] })
  })
})

test("a disk that answers with nothing but errors keeps no agent from its end", async () => {
  await withLab(twoLinks, async lab => {
    await mkdir(fileOf(lab, "overrides.json"), { recursive: true })
    const { child } = await startAgent(lab, labConfig(lab))
    await carrying(lab, 1, 2)
    child.kill("SIGTERM")
    expect(await child.exited).toMatchObject({ exitCode: 0, signal: null })
  })
})

test("a disk that answers with an error is asked again, and nothing is written over what it could not tell", async () => {
  await withLab(twoLinks, async lab => {
    const file = fileOf(lab, "overrides.json")
    await mkdir(file, { recursive: true })
    await startAgent(lab, labConfig(lab))
    await carrying(lab, 1, 2)
    expect((await evenkeel(lab, "weight", "isp2", "20")).stdout).toContain("has not been read yet")
    expect((await stat(file)).isDirectory()).toBe(true)

    await rmdir(file)
    await writeFile(file, JSON.stringify({ v: 1, drains: { isp1: drain }, weights: {} }))
    await carrying(lab, 2)
    await until(async () => JSON.stringify(await kept(lab)).includes('"weight":20'), 5_000)
    expect(await kept(lab)).toMatchObject({ drains: { isp1: drain }, weights: { isp2: { weight: 20 } } })
  })
})
