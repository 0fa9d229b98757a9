import { expect, test } from "vitest"
import type { Tally } from "../../src/core/tally.ts"
import { createHistory, STEP_MS } from "../../src/web/history.ts"

const key = { link: "isp1", family: "ipv4", probe: "icmp 1.1.1.1" } as const
const nothing = { reply: 0, resent: 0, late: 0, lost: 0, broken: 0 }

function tally(fates: Partial<Tally["fates"]>, ...rttsMs: readonly number[]): Tally {
  return { ...key, fates: { ...nothing, ...fates }, rttsMs }
}

test("a step is the mean of its round trips and the part that was lost", () => {
  const history = createHistory()
  history.add([tally({ reply: 2 }, 10, 20)])
  history.add([tally({ reply: 1, lost: 1 }, 30.004)])
  const sample = history.close(100_000, { isp1: 1 })
  expect(sample).toEqual({ atMs: 95_000, series: [{ ...key, rttMs: 20, loss: 0.25 }], shares: { isp1: 1 } })
  expect(history.close(105_000, { isp1: 1 })).toEqual({ atMs: 100_000, series: [], shares: { isp1: 1 } })
  expect(history.json()).toEqual({
    stepMs: STEP_MS,
    series: [{ ...key, firstMs: 95_000, rttMs: [20, null], loss: [0.25, null] }],
    shares: { firstMs: 95_000, stepMs: STEP_MS, byLink: { isp1: [1, 1] } },
  })
})

test("a late answer takes its loss back, also that of the step before", () => {
  const history = createHistory()
  history.add([tally({ lost: 2, late: 1, reply: 2 }, 1, 1, 500)])
  expect(history.close(5_000, {}).series).toMatchObject([{ loss: 0.25 }])
  history.add([tally({ late: 1, reply: 1 }, 1)])
  expect(history.close(10_000, {}).series).toMatchObject([{ loss: 0 }])
})

test("what could not be asked is neither lost nor answered", () => {
  const history = createHistory()
  history.add([tally({ broken: 3 })])
  expect(history.close(5_000, {}).series).toEqual([])
})

test("targets and links that come later begin later, and shares say 0 of before", () => {
  const history = createHistory()
  history.add([tally({ reply: 1 }, 1)])
  history.close(5_000, { isp1: 1 })
  history.add([{ ...tally({ reply: 1 }, 2), link: "isp2" }])
  history.close(10_000, { isp1: 0.5, isp2: 0.5 })
  expect(history.json()).toMatchObject({
    series: [
      { link: "isp1", firstMs: 0, rttMs: [1, null] },
      { link: "isp2", firstMs: 5_000, rttMs: [2] },
    ],
    shares: { firstMs: 0, byLink: { isp1: [1, 0.5], isp2: [0, 0.5] } },
  })
})

test("an hour is kept and no more, and what is asked no more goes with it", () => {
  const history = createHistory()
  history.add([tally({ reply: 1 }, 1)])
  history.close(0, { isp1: 1 })
  for (let step = 1; step < 720; step++) history.close(step * STEP_MS, { isp2: 1 })
  expect(history.json().series[0]?.rttMs).toHaveLength(720)
  expect(history.json().shares.byLink["isp1"]?.[0]).toBe(1)
  for (let step = 720; step < 723; step++) history.close(step * STEP_MS, { isp2: 1 })
  const { series, shares } = history.json()
  expect(series).toEqual([])
  expect(Object.entries(shares.byLink).map(([link, values]) => [link, values.length])).toEqual([["isp2", 720]])
})
