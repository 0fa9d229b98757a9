import { expect, test } from "vitest"
import { logRules, prefixOf } from "../../../src/core/debug/log-rules.ts"
import { conntrackArgs, isOfFamily, matchesOf } from "../../../src/core/debug/selection.ts"
import { traceRules } from "../../../src/core/debug/trace-rules.ts"
import { config } from "../fixtures.ts"

const any = { from: undefined, to: undefined, protocol: undefined, port: undefined }
const web = { from: "10.0.0.50/32", to: "1.2.3.4/32", protocol: "tcp", port: 443 } as const

test("log: the first packet of what the LAN or the router began, by link, at a limited rate", () => {
  expect(logRules("C", config({ lan: ["lan0", "lan1"] }), { selection: web, link: null, perSecond: 10 })).toEqual({
    table: "mangle",
    chain: "C",
    jumps: [
      { from: "FORWARD", selector: "-i lan0 -s 10.0.0.50/32 -d 1.2.3.4/32 -p tcp -m tcp --dport 443" },
      { from: "FORWARD", selector: "-i lan1 -s 10.0.0.50/32 -d 1.2.3.4/32 -p tcp -m tcp --dport 443" },
      {
        from: "POSTROUTING",
        selector: "-s 10.0.0.50/32 -d 1.2.3.4/32 -p tcp -m tcp --dport 443 -m addrtype --src-type LOCAL",
      },
    ],
    rules: [
      "-m conntrack --ctstatus CONFIRMED -j RETURN",
      '-m connmark --mark 0x1/0xff -m limit --limit 10/sec --limit-burst 20 -j LOG --log-prefix "evenkeel isp1: "',
      '-m connmark --mark 0x2/0xff -m limit --limit 10/sec --limit-burst 20 -j LOG --log-prefix "evenkeel isp2: "',
    ],
  })
})

test("log: of one link only that link's rule", () => {
  const { rules } = logRules("C", config(), { selection: any, link: "isp2", perSecond: 1 })
  expect(rules.slice(1)).toHaveLength(1)
  expect(rules[1]).toContain("evenkeel isp2: ")
})

test("a long name is cut to what the kernel takes as a prefix", () => {
  expect(prefixOf("a".repeat(64))).toBe(`evenkeel ${"a".repeat(18)}: `)
  expect(prefixOf("a".repeat(64))).toHaveLength(29)
})

test("trace: a few packets of a flow, before anything else sees them", () => {
  expect(traceRules("C", 6, { ...any, from: "fd00::5/128", protocol: "icmp" }, 2)).toEqual({
    table: "raw",
    chain: "C",
    jumps: [
      { from: "PREROUTING", selector: "-s fd00::5/128 -p icmpv6" },
      { from: "OUTPUT", selector: "-s fd00::5/128 -p icmpv6" },
    ],
    rules: [
      "-p icmpv6 -m icmp6 --icmpv6-type 135 -j RETURN",
      "-p icmpv6 -m icmp6 --icmpv6-type 136 -j RETURN",
      "-m limit --limit 1/hour --limit-burst 2 -j TRACE",
    ],
  })
})

test("what is selected is said to iptables and conntrack, each in its words", () => {
  expect(matchesOf(any, 4)).toBe("")
  expect(conntrackArgs(any, 4)).toEqual([])
  expect(conntrackArgs(web, 4)).toEqual(
    "--orig-src 10.0.0.50/32 --orig-dst 1.2.3.4/32 --proto tcp --orig-port-dst 443".split(" "),
  )
})

test("an address is of one family; none is of both", () => {
  expect([4, 6].map(family => isOfFamily(web, family as 4 | 6))).toEqual([true, false])
  expect([4, 6].map(family => isOfFamily(any, family as 4 | 6))).toEqual([true, true])
})
