import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { matchRules, ruleCount, type SetNames } from "../../src/core/match.ts"
import type { Match } from "../../src/core/policy-config.ts"
import { anyMatch } from "./arbitrary-match.ts"

const ANY: Match = { from: [], to: [], proto: [], sport: [], dport: [], set: null, dscp: null, in: null }
const TCP = { 4: "tcp", 6: "tcp" }
const UDP = { 4: "udp", 6: "udp" }
const SETS: SetNames = new Map([
  ["netflix", { 4: "evenkeel4-netflix", 6: "evenkeel6-netflix" }],
  ["youtube", { 4: "youtube", 6: null }],
])

const rules = (match: Partial<Match>, family: 4 | 6 = 4) => matchRules({ ...ANY, ...match }, family, SETS)
const port = (number: number) => ({ first: number, last: number })

describe("the rules of a match", () => {
  it("are one for each combination that no single rule can ask for", () => {
    const match = {
      from: ["10.0.0.50/32", "2001:db8::50/128", "10.0.0.51/32"],
      to: ["198.51.100.0/24"],
      proto: [TCP, UDP],
      dport: [{ first: 27_015, last: 27_030 }, port(3478)],
      set: "netflix",
      dscp: 46,
      in: "eth2",
    }
    expect(rules(match).join("\n")).toMatchInlineSnapshot(`
      "-s 10.0.0.50/32 -d 198.51.100.0/24 -i eth2 -p tcp -m multiport --dports 27015:27030,3478 -m set --match-set evenkeel4-netflix dst -m dscp --dscp 0x2e
      -s 10.0.0.50/32 -d 198.51.100.0/24 -i eth2 -p udp -m multiport --dports 27015:27030,3478 -m set --match-set evenkeel4-netflix dst -m dscp --dscp 0x2e
      -s 10.0.0.51/32 -d 198.51.100.0/24 -i eth2 -p tcp -m multiport --dports 27015:27030,3478 -m set --match-set evenkeel4-netflix dst -m dscp --dscp 0x2e
      -s 10.0.0.51/32 -d 198.51.100.0/24 -i eth2 -p udp -m multiport --dports 27015:27030,3478 -m set --match-set evenkeel4-netflix dst -m dscp --dscp 0x2e"
    `)
    expect(rules(match, 6)).toEqual([])
  })

  it("ask for a single port by the protocol's own match, and by multiport where there is none", () => {
    expect(rules({ proto: [UDP], dport: [port(53)] })).toEqual(["-p udp -m udp --dport 53"])
    expect(rules({ proto: [TCP], sport: [port(1)], dport: [{ first: 2, last: 3 }] })).toEqual([
      "-p tcp -m tcp --sport 1 --dport 2:3",
    ])
    expect(rules({ proto: [{ 4: "udplite", 6: "udplite" }], dport: [port(53)] })).toEqual([
      "-p udplite -m multiport --dports 53",
    ])
    expect(rules({ proto: [TCP], sport: [port(1)], dport: [port(2), port(3)] })).toEqual([
      "-p tcp -m multiport --sports 1 -m multiport --dports 2,3",
    ])
  })

  it("name each family's own protocol", () => {
    const icmp = { proto: [{ 4: "icmp", 6: "ipv6-icmp" }] }
    expect([rules(icmp), rules(icmp, 6)]).toEqual([["-p icmp"], ["-p ipv6-icmp"]])
  })

  it("ask for nothing where a whole family is meant, and are none in the other", () => {
    expect([rules({ to: ["0.0.0.0/0"] }), rules({ to: ["0.0.0.0/0"] }, 6)]).toEqual([[""], []])
  })

  it("are none where the set holds nothing of the family, or is not there", () => {
    expect(rules({ set: "youtube" })).toEqual(["-m set --match-set youtube dst"])
    expect(rules({ set: "youtube" }, 6)).toEqual([])
    expect(rules({ set: "other" })).toEqual([])
  })

  it("are as many as were counted beforehand, and no multiport asks for more than it can", () => {
    const sets = new Map([["s", { 4: "a", 6: "b" }]])
    fc.assert(
      fc.property(anyMatch, fc.constantFrom(4 as const, 6 as const), (match, family) => {
        const found = matchRules(match, family, sets)
        expect(found).toHaveLength(ruleCount(match, family))
        for (const [, list = ""] of found.join("\n").matchAll(/--[sd]ports (\S+)/g))
          expect(list.split(/[,:]/).length).toBeLessThanOrEqual(15)
      }),
    )
  })
})
