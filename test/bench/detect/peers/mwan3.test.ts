import { expect, it } from "vitest"
import { scripted, silentBetween, verdicts } from "../scripted.ts"
import { mwan3, MWAN3_SHIPPED, MWAN3_TUNED } from "./mwan3.ts"

it("as shipped, needs five rounds of four pings of 4 s, 10 s apart", () => {
  // Rounds begin at 0, 10.02, 36.02, 62.02, 88.02, 114.02 s. Answers resume in time for those at 140.02 s and after:
  // each takes two answers of 10 ms, the fifth brings the link back.
  expect(verdicts(mwan3("", MWAN3_SHIPPED), silentBetween(5000, 135_000), 300_000)).toEqual([
    ["down", 130_020],
    ["up", 180_120],
  ])
})

it("forgets failures at the first round that succeeds, and successes at the first that fails", () => {
  const tuned = mwan3("", MWAN3_TUNED)
  // Two failed rounds (1.01 and 4.01 s) of the three that it takes.
  expect(verdicts(tuned, silentBetween(500, 7000), 20_000)).toEqual([])
  const answersOnce = scripted(atMs =>
    atMs < 500 || (atMs > 15_000 && atMs < 17_100) || atMs > 30_000 ? 10 : Infinity,
  )
  // Rounds of 2 s: down at 9.01 s; answered at 16.01 and 17.02 s, failed at 18.03 s; then from 30.03 s three in a row.
  expect(verdicts(tuned, answersOnce, 60_000)).toEqual([
    ["down", 9010],
    ["up", expect.closeTo(32_060, 0)],
  ])
})

it("is content with as many answers as `reliability` asks for", () => {
  const half = scripted((_, target) => (target < 2 ? Infinity : 10))
  expect(verdicts(mwan3("", MWAN3_SHIPPED), half, 600_000)).toEqual([])
  const one = scripted((_, target) => (target < 3 ? Infinity : 10))
  expect(verdicts(mwan3("", MWAN3_SHIPPED), one, 600_000).map(([verdict]) => verdict)).toEqual(["down"])
})
