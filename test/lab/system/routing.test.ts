import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { mainTable, ourProtocol } from "../../../src/core/kernel.ts"
import { readInterfaces } from "../../../src/system/interfaces.ts"
import { applyBatch, BatchError } from "../../../src/system/ip-batch.ts"
import { readRoutes } from "../../../src/system/routes.ts"
import { readRules } from "../../../src/system/rules.ts"
import { RunError } from "../../../src/system/run-error.ts"
import { addWan, enterPrivateNetwork, ip } from "./private-network.ts"

beforeAll(enterPrivateNetwork)
beforeEach(addWan)
afterEach(() => ip("link del wan"))

const viaIsp = "default via 192.0.2.1 dev wan"
const ours = `protocol ${ourProtocol}`

async function tables(): Promise<readonly number[]> {
  return (await readRoutes(4)).map(route => route.table)
}

describe("readInterfaces", () => {
  it("lists indexes, flags and global addresses, primary before secondary", async () => {
    await ip("addr add 192.0.2.11/24 dev wan")
    await ip("addr add 169.254.7.7/16 dev wan scope link")
    const wan = (await readInterfaces(4)).find(({ name }) => name === "wan")
    expect(wan?.index).toBeGreaterThan(1)
    expect(wan?.flags).toEqual(expect.arrayContaining(["UP", "LOWER_UP"]))
    expect(wan?.addresses).toEqual([
      { address: "192.0.2.10", prefixLength: 24 },
      { address: "192.0.2.11", prefixLength: 24 },
    ])
  })

  it("shows an address that is deprecated after one that is not", async () => {
    await ip("addr change 192.0.2.10/24 dev wan preferred_lft 0")
    await ip("addr add 198.51.100.2/24 dev wan")
    const wan = (await readInterfaces(4)).find(({ name }) => name === "wan")
    expect(wan?.addresses.map(({ address }) => address)).toEqual(["198.51.100.2", "192.0.2.10"])
  })

  it("shows the loss of the other end as missing LOWER_UP", async () => {
    await ip("link set isp down")
    const wan = (await readInterfaces(4)).find(({ name }) => name === "wan")
    expect(wan?.flags).toEqual(expect.arrayContaining(["UP", "NO-CARRIER"]))
    expect(wan?.flags).not.toContain("LOWER_UP")
  })
})

describe("readRoutes", () => {
  it("reads the default routes of every table, and works where there are none", async () => {
    expect(await readRoutes(4)).toEqual([])
    await applyBatch(4, [`route add ${viaIsp} metric 5`, `route add ${viaIsp} table 101 ${ours}`])
    const route = { type: "unicast", destination: "default", device: "wan", gateway: "192.0.2.1" }
    expect(await readRoutes(4)).toEqual([
      { ...route, table: 101, protocol: ourProtocol, metric: 0, flags: [], multipath: false },
      { ...route, table: mainTable, protocol: 3, metric: 5, flags: [], multipath: false },
    ])
  })

  it("reads every other route too when asked to", async () => {
    const routes = await readRoutes(4, "all")
    expect(routes.map(({ destination }) => destination)).toEqual(expect.arrayContaining(["192.0.2.0/24", "192.0.2.10"]))
  })

  it("knows unreachable routes, routes with no gateway, routes over IPv6 and each hop of a multipath route", async () => {
    await applyBatch(4, [
      "route add unreachable default table 1",
      "route add default dev wan table 2",
      "route add default via inet6 fe80::1 dev wan table 3",
      "route add default table 4 nexthop via 192.0.2.1 dev wan nexthop via 192.0.2.2 dev wan",
    ])
    expect((await readRoutes(4)).map(({ type, device, gateway }) => [type, device, gateway])).toEqual([
      ["unreachable", null, null],
      ["unicast", "wan", null],
      ["unicast", "wan", "fe80::1"],
      ["unicast", "wan", "192.0.2.1"],
      ["unicast", "wan", "192.0.2.2"],
    ])
    await ip("route del unreachable default table 1")
  })

  it("finds an interface's routes gone from every table once it is deleted or switched off", async () => {
    await applyBatch(4, [`route add ${viaIsp}`, `route add ${viaIsp} table 101`, `route add ${viaIsp} table 102`])
    await ip("link set wan down")
    expect(await tables()).toEqual([])
    await ip("link set wan up")
    expect(await tables()).toEqual([])
    await applyBatch(4, [`route add ${viaIsp} table 101`])
    await ip("link del wan")
    expect(await tables()).toEqual([])
    await addWan()
  })

  it("finds them kept, as linkdown, when only the carrier is lost", async () => {
    await applyBatch(4, [`route add ${viaIsp} table 101`])
    await ip("link set isp down")
    await expect.poll(async () => (await readRoutes(4)).map(route => route.flags)).toEqual([["linkdown"]])
  })

  it("finds them gone when the interface loses the address that they were reached from", async () => {
    await applyBatch(4, [`route add ${viaIsp} table 101`])
    await ip("addr del 192.0.2.10/24 dev wan")
    expect(await tables()).toEqual([])
  })
})

describe("readRules", () => {
  it("tells ours from the kernel's and from others', whatever they ask for", async () => {
    const mine = { protocol: ourProtocol, others: [] }
    await applyBatch(4, [
      `rule add pref 900 lookup main suppress_prefixlength 0 ${ours}`,
      `rule add pref 1000 fwmark 0x1/0xff lookup 101 ${ours}`,
      `rule add pref 1001 fwmark 0x80000001 lookup 102 ${ours}`,
      "rule add pref 2000 not from 10.0.0.0/8 iif wan lookup 5",
      "rule add pref 2001 unreachable",
    ])
    const rules = (await readRules(4)).slice(1, -2)
    const any = { mark: null, mask: null, suppressPrefixLength: null }
    expect(rules).toEqual([
      { ...any, ...mine, priority: 900, table: mainTable, suppressPrefixLength: 0 },
      { ...any, ...mine, priority: 1000, table: 101, mark: 1, mask: 0xff },
      { ...any, ...mine, priority: 1001, table: 102, mark: 0x80000001, mask: 0xffffffff },
      { ...any, priority: 2000, protocol: 0, table: 5, others: ["src", "not", "iif"] },
      { ...any, priority: 2001, protocol: 0, table: null, others: ["action"] },
    ])
    await applyBatch(
      4,
      rules.map(({ priority }) => `rule del pref ${priority}`),
    )
  })

  it("leaves a foreign rule alone when ours is deleted by its preference and protocol", async () => {
    await applyBatch(4, ["rule add pref 1000 lookup 7"])
    await expect(applyBatch(4, [`rule del pref 1000 ${ours}`])).rejects.toThrow("No such file or directory")
    await applyBatch(4, ["rule del pref 1000"])
  })
})

describe("applyBatch", () => {
  it("does nothing for no lines", async () => {
    await applyBatch(4, [])
  })

  it("carries out what it can and names each line that was refused, with the kernel's reason", async () => {
    const lines = [
      `route add ${viaIsp} table 101`,
      "route add default via 198.51.100.1 dev wan table 102",
      `route add ${viaIsp} table 103`,
      `route add ${viaIsp} table 103`,
      "route add default via 192.0.2.1 dev gone table 104",
      `route add ${viaIsp} table 105`,
    ]
    const error: unknown = await applyBatch(4, lines).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BatchError)
    expect(error instanceof BatchError && error.failures).toEqual([
      { line: lines[1], reason: "Error: Nexthop has invalid gateway." },
      { line: lines[3], reason: "RTNETLINK answers: File exists" },
      { line: lines[4], reason: 'Cannot find device "gone"' },
    ])
    expect(await tables()).toEqual([101, 103, 105])
  })

  it("stops at a line that ip cannot parse, after those before it", async () => {
    const lines = [`route add ${viaIsp} table 101`, "route nonsense", `route add ${viaIsp} table 102`]
    await expect(applyBatch(4, lines)).rejects.toThrow(RunError)
    expect(await tables()).toEqual([101])
  })

  it("adds a default route through a gateway outside the subnet when told that it is on the link", async () => {
    await applyBatch(4, ["route replace default via 198.51.100.1 dev wan table 101 onlink"])
    expect(await readRoutes(4)).toMatchObject([{ gateway: "198.51.100.1", flags: ["onlink"] }])
  })
})
