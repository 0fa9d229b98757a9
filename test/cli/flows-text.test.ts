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
  tracked: 180,
}
const isp2: LinkFlows = { ...isp1, name: "isp2", mark: 16, weight: 30, share: 0.3, newFlows: 94, tracked: 20 }
const flows: Flows = { links: [isp1, isp2], unmarked: 42, strangers: 0 }

test("what the rules give stands beside what was given", () => {
  expect(flowsText(flows, PLAIN)).toBe(`\
LINK  MARK  WEIGHT  SHARE  NEW FLOWS        TRACKED
isp1   0x1      70   70 %        206  69 %      180  90 %
isp2  0x10      30   30 %         94  31 %       20  10 %

SHARE      what the rules give to a link of the flows that begin now
NEW FLOWS  what it was given since the rules last changed
TRACKED    its connections now; 42 more bear no mark (to the router itself, older)`)
})

test("a link out of use has no counter, and no flows are no percentage", () => {
  const links = [
    { ...isp1, share: 0, newFlows: null, tracked: 0 },
    { ...isp2, share: 1, newFlows: 0, tracked: 0 },
  ]
  expect(
    flowsText({ ...flows, links }, PLAIN)
      .split("\n")
      .slice(1, 3),
  ).toEqual(["isp1   0x1      70    0 %          –           0", "isp2  0x10      30  100 %          0           0"])
})

test("rules that give nothing away, and marks of strangers, are told", () => {
  expect(flowsText({ ...flows, links: [{ ...isp1, share: 0 }] }, PLAIN)).toMatch(
    /^The rules give no new flow to any link: evenkeel status\n/,
  )
  expect(flowsText({ ...flows, strangers: 3 }, PLAIN)).toContain("3 bear a mark that is no link's: evenkeel doctor")
})
