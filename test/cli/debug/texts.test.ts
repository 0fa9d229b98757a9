import { expect, test } from "vitest"
import { countersText } from "../../../src/cli/debug/counters-text.ts"
import { flowLine } from "../../../src/cli/debug/flow-line.ts"
import { outcomeText } from "../../../src/cli/debug/outcome-text.ts"
import { stageText } from "../../../src/cli/debug/stage-text.ts"
import type { ChainCounter } from "../../../src/core/counters.ts"
import type { GivenFlow } from "../../../src/core/debug/new-flow.ts"
import type { PacketSeen, RuleMet } from "../../../src/core/debug/read-trace.ts"
import { link } from "../../core/fixtures.ts"
import { NOW_MS, PLAIN } from "../stories.ts"

const links = [link(1), link(2)]
const flow: GivenFlow = {
  ...{ link: "isp1", family: "ipv4", protocol: "tcp", from: "10.0.0.50", to: "1.1.1.1" },
  ...{ fromPort: 4711, toPort: 443, repliesTo: "192.168.1.2" },
}
const packet: PacketSeen = {
  ...{ kind: "packet", id: "a", inBy: "lan0", outBy: null, from: "10.0.0.50", to: "1.1.1.1" },
  ...{ fromPort: 4711, toPort: 443, mark: 0 },
}

test("a new flow is one line: when, which link, from where to where, and as whom it is seen outside", () => {
  const line = (changes: Partial<GivenFlow>) =>
    flowLine({ ...flow, ...changes }, new Date(NOW_MS).toISOString(), PLAIN).replace(/^\S+ \S+ {2}/, "")
  expect(line({})).toBe("isp1  tcp   10.0.0.50:4711 → 1.1.1.1:443, as 192.168.1.2")
  expect(line({ repliesTo: "10.0.0.50" })).toBe("isp1  tcp   10.0.0.50:4711 → 1.1.1.1:443")
  expect(line({ protocol: "icmp", fromPort: null, toPort: null })).toContain("icmp  10.0.0.50 → 1.1.1.1,")
  expect(line({ from: "fd00::5" })).toContain("[fd00::5]:4711 → ")
})

test("a trace tells what is met, what has changed, and what was dropped", () => {
  const met: RuleMet = { ...{ kind: "rule", id: "a", table: "filter", chain: "FORWARD" }, rule: null, verdict: "DROP" }
  const text = (stage: Parameters<typeof stageText>[0]) => stageText(stage, links, PLAIN)
  expect(text({ kind: "begins", number: 1, packet })).toBe(
    "packet 1: 10.0.0.50:4711 → 1.1.1.1:443, in by lan0, no mark",
  )
  expect(text({ kind: "begins", number: 2, packet: { ...packet, inBy: null, mark: 9 } })).toMatch(
    /, from the router itself, mark of 0x9$/,
  )
  expect(
    text({ kind: "changed", before: packet, packet: { ...packet, mark: 2, outBy: "eth1", to: "10.0.0.9" } }),
  ).toMatch(/^ +no mark ⇒ mark of isp2, routed out by eth1, now to 10\.0\.0\.9$/)
  expect(text({ kind: "rule", met })).toBe("  filter FORWARD          dropped by the chain's policy")
  expect(text({ kind: "rule", met: { ...met, rule: "-s 10.0.0.50/32 -j DROP" } })).toBe(
    "  filter FORWARD          from 10.0.0.50: dropped",
  )
  expect(text({ kind: "rule", met: { ...met, rule: "-j EVENKEEL", verdict: "JUMP:EVENKEEL" } })).toMatch(/ → EVENKEEL$/)
})

test("a trace ends with the link, the route and the source, or with what may have become of the packet", () => {
  const route = "1.1.1.1 via 192.168.1.1 dev eth0"
  expect(outcomeText({ packet: { ...packet, outBy: "eth0", mark: 1 }, route, source: "192.168.1.2" }, links, PLAIN))
    .toBe(`
It left by eth0 with the mark of isp1.
  route   1.1.1.1 via 192.168.1.1 dev eth0
  source  becomes 192.168.1.2`)
  expect(outcomeText({ packet, route: null, source: null }, links, PLAIN)).toMatch(
    /^\nNo rule saw it leave: .*\n {2}route +none\n {2}source +the flow is not tracked$/,
  )
  expect(outcomeText({ packet, route, source: packet.from }, links, PLAIN)).toMatch(/source +not translated$/)
})

test("counters name each chain once, in a table a family", () => {
  const row = { family: "ipv4", table: "mangle", chain: "LOAD_BALANCE", packets: 94, bytes: 0 } as const
  const rows: readonly ChainCounter[] = [
    { ...row, packets: 206, bytes: 12_360, rule: "-m mark --mark 0x0/0xff -j MARK --set-xmark 0x1/0xff" },
    { ...row, bytes: 5_000_000_000, rule: "-j RETURN" },
    { ...row, family: "ipv6", table: "nat", chain: "EVENKEEL_NAT", bytes: 999, rule: "-o eth0 -j MASQUERADE" },
  ]
  expect(countersText(rows, links, PLAIN)).toBe(`\
TABLE   CHAIN         PACKETS   BYTES  RULE
mangle  LOAD_BALANCE      206  12.4 k  no mark: gets the mark of isp1
mangle                     94   5.0 G  back to the chain before

IPv6
TABLE  CHAIN         PACKETS  BYTES  RULE
nat    EVENKEEL_NAT       94    999  out by eth0: its source becomes the link's address`)
  expect(countersText([], links, PLAIN)).toMatch(/^There are no rules of evenkeel's: evenkeel apply/)
})
