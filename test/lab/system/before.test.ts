import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { keepBefore, keepSysctls, readBefore } from "../../../src/system/before.ts"
import { lackingSysctls, linkSysctlPath, writeSysctls } from "../../../src/system/link-sysctls.ts"
import { writeSysctl } from "../../../src/system/sysctl.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under names that no other test uses. */
const device = "before0"
const filter = linkSysctlPath(device, "rp_filter")
const mark = linkSysctlPath(device, "src_valid_mark")
const nft = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" } as const

let stateDir: string

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "evenkeel-"))
  await ip(`link add ${device} type veth peer name before1`)
  await writeSysctl(filter, "1")
})

afterEach(async () => {
  await ip(`link del ${device}`)
  await rm(stateDir, { recursive: true })
})

const kept = (...devices: readonly string[]) => ({ stateDir, links: devices.map(device => ({ interface: device })) })
const file = () => join(stateDir, "before/sysctls.json")

test("only values that are to be changed are kept, the first of each, and written once", async () => {
  await writeSysctl(mark, "1")
  await keepBefore(nft, kept(device, "nosuch0"))
  expect((await readBefore(stateDir)).sysctls).toEqual([{ path: filter, value: "1" }])
  const { ino } = await stat(file())
  await writeSysctls(await lackingSysctls([device]))
  await keepBefore(nft, kept(device))
  await writeSysctl(filter, "0")
  await keepSysctls(stateDir, [{ path: filter, value: "2" }])
  expect((await stat(file())).ino).toBe(ino)
  await keepSysctls(stateDir, [{ path: mark, value: "0" }])
  expect((await readBefore(stateDir)).sysctls).toEqual([
    { path: filter, value: "1" },
    { path: mark, value: "1" },
  ])
})

test.each([
  ["cut off", `{ "net/ipv4/conf/eth0/rp`],
  ["of other settings", `{ "kernel/sysrq": "1" }`],
  ["of another directory", `{ "net/ipv4/conf/../rp_filter": "1" }`],
])("a file that is %s is told and stays as it is", async (_, text) => {
  await keepBefore(nft, kept(device))
  await writeFile(file(), text)
  await expect(keepBefore(nft, kept(device))).rejects.toThrow("sysctls.json is damaged")
  await expect(readBefore(stateDir)).rejects.toThrow("sysctls.json is damaged")
  expect(await readFile(file(), "utf8")).toBe(text)
})
