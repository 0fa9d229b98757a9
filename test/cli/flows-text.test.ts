import { expect, test } from "vitest"
import { flowsText, type AllFlows } from "../../src/cli/flows-text.ts"
import type { Flows, LinkFlows } from "../../src/core/flows.ts"
import { PLAIN } from "./stories.ts"

const isp1: LinkFlows = {
  name: "isp1",
  mark: 1,
  weight: 70,
  drained: false,
  weightShare: 0.7,
  share: 0.7,
  newFlows: 206,
  newShare: 206 / 300,
  tracked: 180,
  trackedBy: { tcp: 120, udp: 59, other: 1 },
  trackedShare: 0.9,
}
const isp2: LinkFlows = {
  ...{ ...isp1, name: "isp2", mark: 16, weight: 30, share: 0.3, newFlows: 94, newShare: 94 / 300 },
  ...{ tracked: 20, trackedBy: { tcp: 20, udp: 0, other: 0 }, trackedShare: 0.1 },
}
const flows: Flows = { links: [isp1, isp2], unmarked: 42, strangers: 0 }
const all = (changes: Partial<AllFlows> = {}): AllFlows => ({
  ...{ ipv4: flows, ipv6: null, policies: [], overrides: [] },
  ...changes,
})

test("what the rules give stands beside what was given", () => {
  expect(flowsText(all(), PLAIN, false)).toBe(`\
LINK  MARK  WEIGHT  SHARE  NEW FLOWS        TRACKED        TCP  UDP  OTHER
isp1   0x1      70   70 %        206  69 %      180  90 %  120   59      1
isp2  0x10      30   30 %         94  31 %       20  10 %   20    0      0

SHARE      what the rules give to a link of the flows that begin now
NEW FLOWS  what it was given since the rules last changed
TRACKED    its connections now; 42 more bear no mark (to the router itself, older)`)
})

test("IPv6 has a table of its own, and what is unmarked counts together", () => {
  const lines = flowsText(all({ ipv6: { ...flows, links: [isp2] } }), PLAIN, true).split("\n")
  expect(lines.slice(3, 7)).toEqual(["", "IPv6", expect.stringMatching(/^LINK /), expect.stringMatching(/^isp2 /)])
  expect(lines.slice(-2)).toEqual([
    "NEW FLOWS  what it was given since the look before",
    "TRACKED    its connections now; 84 more bear no mark (to the router itself, older)",
  ])
})

test("a link out of use has no counter, and no flows are no percentage", () => {
  const none = { tracked: 0, trackedBy: { tcp: 0, udp: 0, other: 0 }, trackedShare: null }
  const links = [
    { ...isp1, share: 0, newFlows: null, newShare: null, ...none },
    { ...isp2, share: 1, newFlows: 0, newShare: null, ...none },
  ]
  expect(
    flowsText(all({ ipv4: { ...flows, links } }), PLAIN, false)
      .split("\n")
      .slice(1, 3),
  ).toEqual([
    "isp1   0x1      70    0 %          –           0       0    0      0",
    "isp2  0x10      30  100 %          0           0       0    0      0",
  ])
})

test("rules that give nothing away, and marks of strangers, are told", () => {
  expect(flowsText(all({ ipv4: { ...flows, links: [{ ...isp1, share: 0 }] } }), PLAIN, false)).toMatch(
    /^The rules give no new flow to any link: evenkeel status\n/,
  )
  expect(flowsText(all({ ipv4: { ...flows, strangers: 3 } }), PLAIN, false)).toContain(
    "3 bear a mark that is no link's: evenkeel doctor",
  )
})

test("policies have their own counters, and what was decided by hand stands beside the shares that come of it", () => {
  const policies = [{ name: "mail", packets: 12, way: { kind: "blocked" }, wayIpv6: null }] as const
  const overrides = [
    { kind: "drain", link: "isp1", until: null, force: false },
    { kind: "weight", link: "isp2", until: null, weight: 5 },
  ] as const
  const lines = flowsText(all({ policies, overrides }), PLAIN, false).split("\n").slice(3)
  expect(lines).toEqual([
    "",
    "POLICY  NEW FLOWS  GO NOW",
    "mail           12  refused",
    "",
    "BY HAND    isp1 drained",
    "           isp2 weight 5",
    "SHARE      what the rules give to a link of the flows that begin now",
    "NEW FLOWS  what it was given since the rules last changed",
    "           of a policy: first packets that met it since policies, pins or sets last changed; each try of a refused flow counts",
    expect.stringMatching(/^TRACKED /),
  ])
})
