import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { createDisk } from "../../../src/files/disk.ts"
import { enforceRouting } from "../../../src/system/enforce-routing.ts"
import { linkSysctlPath } from "../../../src/system/link-sysctls.ts"
import { run } from "../../../src/system/run.ts"
import { readSnapshot } from "../../../src/system/snapshot.ts"
import { readSysctl, writeSysctl } from "../../../src/system/sysctl.ts"
import { config, link, PLUGGED_IN } from "../../core/fixtures.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under names and in a table that no other test uses. */
const device = "enforce0"
const table = 24_517
const filter = linkSysctlPath(device, "rp_filter")
const mark = linkSysctlPath(device, "src_valid_mark")

let stateDir: string
let unkept: string[]

beforeEach(async () => {
  unkept = []
  stateDir = await mkdtemp(join(tmpdir(), "evenkeel-"))
  await ip(`link add ${device} type veth peer name enforce1`)
  await ip(`address add 192.0.2.2/24 dev ${device}`)
  await ip("link set enforce1 up")
  await ip(`link set ${device} up`)
  await writeSysctl(filter, "1")
})

afterEach(async () => {
  await ip(`link del ${device}`)
  await ip("rule flush protocol 107")
  await rm(stateDir, { recursive: true })
})

const enforce = async (dir: string, disk = createDisk()) => {
  const links = [link(1, { interface: device, table })]
  return enforceRouting(config({ stateDir: dir, links }), await readSnapshot(4), new Map([["isp1", PLUGGED_IN]]), {
    disk,
    warnUnkept: error => unkept.push(String(error)),
  })
}
const routes = async () => JSON.stringify((await readSnapshot(4)).routes.filter(route => route.table === table))

test("routes and sysctls are set although nothing can be kept, and that is told", async () => {
  const file = join(stateDir, "file")
  await writeFile(file, "")
  expect(await enforce(file)).toEqual(expect.arrayContaining([`${filter}=2`, `${mark}=1`]))
  expect(unkept).toEqual([expect.stringContaining("ENOTDIR")])
  expect(await routes()).toContain("192.0.2.1")
  expect([await readSysctl(filter), await readSysctl(mark)]).toEqual(["2", "1"])
})

test("a disk that hangs is waited for once and a moment; what it takes at last is what was before", async () => {
  const kept = join(stateDir, "before/sysctls.json")
  await mkdir(join(stateDir, "before"))
  await run("mkfifo", [kept]) // to open it for reading waits for somebody who writes
  const disk = createDisk(300)
  expect(await enforce(stateDir, disk)).toEqual(expect.arrayContaining([`${filter}=2`, `${mark}=1`]))
  expect(unkept).toEqual([expect.stringContaining("has not answered")])
  await writeSysctl(filter, "1")
  const startMs = performance.now()
  expect(await enforce(stateDir, disk)).toEqual([`${filter}=2`])
  expect(performance.now() - startMs).toBeLessThan(300)
  expect(unkept).toHaveLength(2)
  await writeFile(kept, "{}")
  await disk.inTurn(() => Promise.resolve())
  expect(JSON.parse(await readFile(kept, "utf8"))).toEqual({ [filter]: "1", [mark]: "0" })
})

test("sysctls are set although a route is refused, after their values were kept", async () => {
  await ip(`link set ${device} down`)
  await expect(enforce(stateDir)).rejects.toThrow("192.0.2.1")
  expect([await readSysctl(filter), await readSysctl(mark)]).toEqual(["2", "1"])
  expect(JSON.parse(await readFile(join(stateDir, "before/sysctls.json"), "utf8"))).toEqual({
    [filter]: "1",
    [mark]: "0",
  })
})

test("what was done is told, and the second time there is nothing to do", async () => {
  expect(await enforce(stateDir)).toEqual(expect.arrayContaining([`${filter}=2`, `${mark}=1`]))
  expect(await enforce(stateDir)).toEqual([])
})
