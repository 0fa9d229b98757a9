import { expect, it } from "vitest"
import { beginSlowly, goOn, startShare, stepEndMs } from "../../src/core/slow-start.ts"
import { SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

it("a link that comes back gets a tenth, then half, then all of its share, within upAfter", () => {
  const start = beginSlowly(1000)
  const shareAt = (atMs: number) => startShare(goOn(start, SETTINGS, atMs))
  expect([1000, 5999, 6000, 10_999, 11_000].map(shareAt)).toEqual([0.1, 0.1, 0.5, 0.5, 1])
  expect(stepEndMs(start, SETTINGS)).toBe(6000)
})

it("a link that is new, or was only degraded, gets all of it at once", () => {
  expect(simulate({ model: steady(15), untilMs: 100 }).link.share).toBe(1)
})

it("with upAfter 0 there is no slow start", () => {
  expect(goOn(beginSlowly(5), { ...SETTINGS, upAfterMs: 0 }, 5)).toBeNull()
})

it("the whole way back: upAfter of answers, then the steps, by time alone", () => {
  const run = (untilMs: number) => simulate({ model: { ...steady(15), isLost: hole(20_000, 40_000) }, untilMs }).link
  // The link went down 20 s after the start, so its probes are out of step by a burst now.
  const backMs = 50_135
  expect([backMs - 100, backMs + 100].map(ms => run(ms).state)).toEqual(["down", "up"])
  expect([backMs + 100, backMs + 5100, backMs + 10_100].map(ms => run(ms).share)).toEqual([0.1, 0.5, 1])
})
