import { expect, test } from "vitest"
import { flowsText } from "../../src/cli/flows-text.ts"
import type { Flows, LinkFlows } from "../../src/core/flows.ts"
import { PLAIN } from "./stories.ts"

const isp1: LinkFlows = {
  name: "isp1",
  mark: 1,
  weight: 70,
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

test("what the rules give stands beside what was given", () => {
  expect(flowsText(flows, null, PLAIN, false)).toBe(`\
LINK  MARK  WEIGHT  SHARE  NEW FLOWS        TRACKED        TCP  UDP  OTHER
isp1   0x1      70   70 %        206  69 %      180  90 %  120   59      1
isp2  0x10      30   30 %         94  31 %       20  10 %   20    0      0

SHARE      what the rules give to a link of the flows that begin now
NEW FLOWS  what it was given since the rules last changed
TRACKED    its connections now; 42 more bear no mark (to the router itself, older)`)
})

test("IPv6 has a table of its own, and what is unmarked counts together", () => {
  const lines = flowsText(flows, { ...flows, links: [isp2] }, PLAIN, true).split("\n")
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
    flowsText({ ...flows, links }, null, PLAIN, false)
      .split("\n")
      .slice(1, 3),
  ).toEqual([
    "isp1   0x1      70    0 %          –           0       0    0      0",
    "isp2  0x10      30  100 %          0           0       0    0      0",
  ])
})

test("rules that give nothing away, and marks of strangers, are told", () => {
  expect(flowsText({ ...flows, links: [{ ...isp1, share: 0 }] }, null, PLAIN, false)).toMatch(
    /^The rules give no new flow to any link: evenkeel status\n/,
  )
  expect(flowsText({ ...flows, strangers: 3 }, null, PLAIN, false)).toContain(
    "3 bear a mark that is no link's: evenkeel doctor",
  )
})
