import { createSocket } from "node:dgram"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { ruleCounters } from "../../src/core/counters.ts"
import { matchRules, ruleCount } from "../../src/core/match.ts"
import type { Match } from "../../src/core/policy-config.ts"
import { chainOf, parseSaved } from "../../src/core/saved.ts"
import { run } from "../../src/system/run.ts"
import { anyMatch } from "../core/arbitrary-match.ts"
import { enterPrivateNetwork } from "./system/private-network.ts"

const SETS = new Map([["s", { 4: "evenkeel4-s", 6: "youtube6" }]])

beforeAll(async () => {
  await enterPrivateNetwork()
  const sets = ["create evenkeel4-s hash:net family inet", "create youtube6 hash:ip family inet6 timeout 60", ""]
  await run("ipset", ["restore"], { input: sets.join("\n") })
})

const WORLDS = [
  [4, "iptables-nft"],
  [4, "iptables-legacy"],
  [6, "ip6tables-nft"],
  [6, "ip6tables-legacy"],
] as const

describe.each(WORLDS)("a policy's match in IPv%d, written with %s", (family, program) => {
  const load = (rules: readonly string[]) => {
    const lines = rules.map(rule => ["-A MATCHES", rule, "-j MARK --set-xmark 0x1/0xff"].filter(Boolean).join(" "))
    const input = ["*mangle", ":MATCHES - [0:0]", ...lines, "COMMIT", ""].join("\n")
    return run(`${program}-restore`, ["--noflush"], { input })
  }

  it("reads back in the very words in which it was written, whatever it asks for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMatch, { minLength: 20, maxLength: 20 }), async matches => {
        const rules = matches.flatMap(match => matchRules(match, family, SETS))
        await load(rules)
        const found = chainOf(parseSaved((await run(`${program}-save`, ["-t", "mangle"])).stdout), "mangle", "MATCHES")
        expect(found).toEqual(rules.map(rule => `${rule} -j MARK --set-xmark 0x1/0xff`.trimStart()))
      }),
      { numRuns: 8 },
    )
  })
})

const ANY: Match = { from: [], to: [], proto: [], sport: [], dport: [], set: null, dscp: null, in: null }
const UDP = { 4: "udp", 6: "udp" }

/** Sends a datagram to each port of this host, and says how many of them the match's rules counted. */
async function counted(match: Match, ports: readonly number[]): Promise<number> {
  const rules = matchRules(match, 4, SETS).map(rule => `-A OUTPUT ${rule}`)
  await run("iptables-nft-restore", [], { input: ["*mangle", ...rules, "COMMIT", ""].join("\n") })
  const socket = createSocket("udp4")
  for (const port of ports)
    await new Promise(resolve => {
      socket.send("x", port, "127.0.0.1", resolve)
    })
  socket.close()
  const { stdout } = await run("iptables-nft-save", ["-c", "-t", "mangle"])
  return ruleCounters(stdout, "OUTPUT").reduce((sum, { packets }) => sum + packets, 0)
}

describe("the rules of one match", () => {
  it("together take each packet that it asks for, once, and no other", async () => {
    const ranges = Array.from({ length: 20 }, (_, i) => ({ first: 7000 + 10 * i, last: 7003 + 10 * i }))
    const match = { ...ANY, proto: [UDP], dport: [...ranges, { first: 9000, last: 9000 }] }
    expect(ruleCount(match, 4)).toBe(3)
    const asked = [...ranges.flatMap(({ first, last }) => [first, last]), 9000]
    const others = [...ranges.flatMap(({ first, last }) => [first - 1, last + 1]), 9001]
    expect(await counted(match, [...asked, ...others])).toBe(asked.length)
  })

  it("ask the set for the destination", async () => {
    await run("ipset", ["add", "evenkeel4-s", "127.0.0.0/8"])
    expect(await counted({ ...ANY, proto: [UDP], set: "s" }, [7000])).toBe(1)
    await run("ipset", ["flush", "evenkeel4-s"])
    expect(await counted({ ...ANY, proto: [UDP], set: "s" }, [7000])).toBe(0)
  })
})
