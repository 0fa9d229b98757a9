import { expect, test } from "vitest"
import { flowsOf } from "../../src/core/flows.ts"
import { planOfConfig } from "../../src/core/plan.ts"
import { config, link } from "./fixtures.ts"

const counter = (mark: string, packets: number) => ({ packets, bytes: 0, rule: `-j MARK --set-xmark ${mark}/0xff` })

test("each link has what it should get beside what it got", () => {
  const flows = flowsOf(
    config(),
    planOfConfig(config()),
    [counter("0x1", 206), counter("0x2", 94)],
    new Map([
      [1, 180],
      [2, 90],
    ]),
  )
  expect(flows.links).toEqual([
    { name: "isp1", mark: 1, weight: 70, weightShare: 0.7, share: 0.7, newFlows: 206, tracked: 180 },
    { name: "isp2", mark: 2, weight: 30, weightShare: 0.3, share: 0.3, newFlows: 94, tracked: 90 },
  ])
})

test("a link without a rule was given nothing that could be counted", () => {
  const flows = flowsOf(
    config(),
    { balance: [{ mark: 2, weight: 1 }], move: [1], ways: [] },
    [counter("0x2", 5)],
    new Map(),
  )
  expect(flows.links.map(({ share, newFlows }) => ({ share, newFlows }))).toEqual([
    { share: 0, newFlows: null },
    { share: 1, newFlows: 5 },
  ])
})

test("mark 0x1 is not taken for 0x10", () => {
  const links = [link(1, { mark: 0x1 }), link(2, { mark: 0x10 })]
  const flows = flowsOf(config({ links }), null, [counter("0x10", 7)], new Map())
  expect(flows.links.map(({ newFlows }) => newFlows)).toEqual([null, 7])
})

test("flows without a mark and flows with a stranger's are counted apart", () => {
  const tracked = new Map([
    [0, 40],
    [1, 10],
    [7, 3],
    [9, 2],
  ])
  expect(flowsOf(config(), null, [], tracked)).toMatchObject({ unmarked: 40, strangers: 5 })
})
