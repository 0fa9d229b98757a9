import { createSocket } from "node:dgram"
import { beforeEach, describe, expect, it } from "vitest"
import { ruleCounters } from "../../../src/core/counters.ts"
import { kernelSets } from "../../../src/core/ipsets.ts"
import { asNetworks } from "../../../src/core/networks.ts"
import type { OwnedSet } from "../../../src/core/policy-config.ts"
import { fillSets, missingSets, removeSets } from "../../../src/system/ipset.ts"
import { run } from "../../../src/system/run.ts"
import { enterPrivateNetwork } from "./private-network.ts"

const ipset = async (...words: readonly string[]) => (await run("ipset", words)).stdout

const owned = (name: string, ipv4: readonly string[], ipv6: readonly string[] = []): OwnedSet => ({
  kind: "owned",
  name,
  networks: { 4: asNetworks(ipv4), 6: asNetworks(ipv6) },
})

const fill = (...sets: readonly OwnedSet[]) => fillSets(kernelSets(sets))

/** What the kernel holds, in order. */
async function entries(name: string): Promise<readonly string[]> {
  const added = (await ipset("save", name)).split("\n").filter(line => line.startsWith("add "))
  return added.map(line => line.replace(/^add \S+ /, "")).sort()
}

/** Counts datagrams to what is in the set. */
const ASK = "-A OUTPUT -p udp -m set --match-set evenkeel4-s dst"

async function addRule(): Promise<void> {
  await run("iptables-nft-restore", [], { input: `*mangle\n${ASK}\nCOMMIT\n` })
}

beforeEach(enterPrivateNetwork)

describe("fillSets", () => {
  it("has the kernel hold both families, whole families and single addresses included, and does nothing the second time", async () => {
    const all = ["0.0.0.0/0", "10.0.0.5/32", "10.0.0.0/24", "10.0.0.0/24"]
    const wanted = [owned("s", all, ["::/0", "2001:db8::1/128"]), owned("t", ["10.0.0.0/8"])]
    expect(await fill(...wanted)).toEqual(["evenkeel4-s", "evenkeel6-s", "evenkeel4-t"])
    expect(await entries("evenkeel4-s")).toEqual(["0.0.0.0/1", "10.0.0.0/24", "10.0.0.5", "128.0.0.0/1"])
    expect(await entries("evenkeel6-s")).toEqual(["2001:db8::1", "8000::/1", "::/1"])
    expect(await fill(...wanted)).toEqual([])
  })

  it.each([
    ["took a network away", ["del", "evenkeel4-s", "10.0.0.0/8"]],
    ["added one", ["add", "evenkeel4-s", "10.9.0.0/16"]],
    ["made an exception", ["add", "evenkeel4-s", "10.9.0.0/16", "nomatch"]],
    ["destroyed it", ["destroy", "evenkeel4-s"]],
  ])("mends a set after somebody %s", async (_what, words) => {
    const set = owned("s", ["10.0.0.0/8", "172.16.0.0/12"])
    await fill(set)
    await ipset(...words)
    expect(await fill(set)).toEqual(["evenkeel4-s"])
    expect(await entries("evenkeel4-s")).toEqual(["10.0.0.0/8", "172.16.0.0/12"])
  })

  it("changes a set that rules ask for every packet, and no packet meets none or half of one", async () => {
    await fill(owned("s", ["127.0.0.0/8"]))
    await addRule()
    const socket = createSocket("udp4")
    let sent = 0
    let isOver = false
    const send = () => {
      if (!isOver) socket.send("x", 7000, "127.0.0.1", again)
    }
    const again = () => {
      sent++
      setImmediate(send)
    }
    send()
    // What is asked for comes last: a set that is emptied and filled again would lack it for the longest time.
    const crowd = (second: number) => Array.from({ length: 5000 }, (_, i) => `10.${second + (i >> 8)}.${i & 0xff}.0/24`)
    for (let round = 0; round < 6; round++)
      expect(await fill(owned("s", [...crowd(round % 2), "127.0.0.0/8"]))).toEqual(["evenkeel4-s"])
    isOver = true
    await new Promise(resolve => setTimeout(resolve, 50))
    socket.close()
    const [counter] = ruleCounters((await run("iptables-nft-save", ["-c", "-t", "mangle"])).stdout, "OUTPUT")
    expect(counter?.packets).toBe(sent)
    expect(sent).toBeGreaterThan(100)
  })

  it("grows a set beyond what ipset would let it hold by default", async () => {
    await fill(owned("s", ["10.0.0.0/8"]))
    const many = Array.from({ length: 70_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 0xff}.${i & 0xff}/32`)
    expect(await fill(owned("s", many))).toEqual(["evenkeel4-s"])
    expect(await fill(owned("s", many))).toEqual([])
    expect(await entries("evenkeel4-s")).toHaveLength(70_000)
  })

  it("clears up what was killed while it filled a set", async () => {
    await ipset("create", "evenkeel4~s", "hash:net", "maxelem", "3")
    await ipset("add", "evenkeel4~s", "10.0.0.0/8")
    expect(await fill(owned("s", ["192.0.2.0/24"]))).toEqual(["evenkeel4-s"])
    expect(await ipset("list", "-n")).toBe("evenkeel4-s\n")
  })

  it("leaves somebody's set of another kind as it is, says what to do, and fills the others", async () => {
    await ipset("create", "evenkeel4-s", "hash:ip")
    await ipset("add", "evenkeel4-s", "10.0.0.1")
    const filling = fill(owned("s", ["192.0.2.0/24"]), owned("t", ["192.0.2.0/24"]))
    await expect(filling).rejects.toThrow("ipset rename evenkeel4-s NEW")
    expect(await entries("evenkeel4-s")).toEqual(["10.0.0.1"])
    expect(await entries("evenkeel4-t")).toEqual(["192.0.2.0/24"])
  })
})

describe("removeSets", () => {
  beforeEach(async () => {
    await ipset("create", "evenkeel", "hash:net")
    await ipset("create", "evenkeel4~t", "hash:net")
    await fill(owned("s", ["127.0.0.0/8"], ["2001:db8::/32"]))
  })

  it("takes away all of ours, and nobody else's", async () => {
    expect([...(await removeSets())].sort()).toEqual(["evenkeel4-s", "evenkeel4~t", "evenkeel6-s"])
    expect(await ipset("list", "-n")).toBe("evenkeel\n")
    expect(await removeSets()).toEqual([])
  })

  it("keeps those that are still wanted", async () => {
    expect([...(await removeSets(["evenkeel4-s"]))].sort()).toEqual(["evenkeel4~t", "evenkeel6-s"])
  })

  it("leaves a set that a rule asks, in the kernel's own words, and takes the others", async () => {
    await addRule()
    await expect(removeSets()).rejects.toThrow("evenkeel4-s: exit code 1\nipset v7")
    expect((await ipset("list", "-n")).split("\n").sort()).toEqual(["", "evenkeel", "evenkeel4-s"])
  })
})

describe("missingSets", () => {
  it("names the sets that are not there, and asks nobody where none is wanted", async () => {
    await ipset("create", "youtube", "hash:ip")
    expect(await missingSets(["youtube", "youtube6"])).toEqual(["youtube6"])
    expect(await missingSets([])).toEqual([])
  })
})
