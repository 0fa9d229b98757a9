import { expect, test } from "vitest"
import { counted, flowsOf, flowsSince, NO_FLOWS } from "../../src/core/flows.ts"
import { planOfConfig } from "../../src/core/plan.ts"
import { config, link } from "./fixtures.ts"

const counter = (mark: string, packets: number) => ({ packets, bytes: 0, rule: `-j MARK --set-xmark ${mark}/0xff` })

const udp = (count: number) => ({ ...NO_FLOWS, udp: count })

test("each link has what it should get beside what it got", () => {
  const flows = flowsOf(
    config(),
    planOfConfig(config()),
    [counter("0x1", 206), counter("0x2", 94)],
    new Map([
      [1, { tcp: 100, udp: 70, other: 10 }],
      [2, { tcp: 90, udp: 0, other: 0 }],
    ]),
  )
  expect(flows.links).toEqual([
    {
      ...{ name: "isp1", mark: 1, weight: 70, weightShare: 0.7, share: 0.7, newFlows: 206, newShare: 206 / 300 },
      drained: false,
      ...{ tracked: 180, trackedBy: { tcp: 100, udp: 70, other: 10 }, trackedShare: 180 / 270 },
    },
    {
      ...{ name: "isp2", mark: 2, weight: 30, weightShare: 0.3, share: 0.3, newFlows: 94, newShare: 94 / 300 },
      drained: false,
      ...{ tracked: 90, trackedBy: { tcp: 90, udp: 0, other: 0 }, trackedShare: 90 / 270 },
    },
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
    [0, udp(40)],
    [1, udp(10)],
    [7, udp(3)],
    [9, udp(2)],
  ])
  expect(flowsOf(config(), null, [], tracked)).toMatchObject({ unmarked: 40, strangers: 5 })
})

test("protocols are counted apart, and all but TCP and UDP together", () => {
  expect(["tcp", "udp", "icmp", "gre", "tcp"].reduce(counted, NO_FLOWS)).toEqual({ tcp: 2, udp: 1, other: 2 })
})

test("between two looks, what is new is what was counted since; rules that were written again begin anew", () => {
  const look = (...packets: readonly number[]) =>
    flowsOf(
      config(),
      planOfConfig(config()),
      packets.map((count, i) => counter(`0x${i + 1}`, count)),
      new Map(),
    )
  const news = (a: readonly number[], b: readonly number[]) =>
    flowsSince(look(...a), look(...b)).links.map(({ newFlows, newShare }) => [newFlows, newShare])
  expect(news([100, 50], [103, 51])).toEqual([
    [3, 0.75],
    [1, 0.25],
  ])
  expect(news([100, 50], [2, 0])).toEqual([
    [2, 1],
    [0, 0],
  ])
  expect(news([5, 5], [5, 5])).toEqual([
    [0, null],
    [0, null],
  ])
})
