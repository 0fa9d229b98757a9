import { expect, it } from "vitest"
import { aheadIn } from "./ahead.ts"
import type { Score } from "./score.ts"

const SCORE: Score = {
  faults: 10,
  delaysMs: [900, 1000, 1100],
  delaysProbes: [3, 3, 3],
  falseDowns: 1,
  unknowable: 0,
  wronglyOut: 0,
  degradations: 0,
  returns: 0,
  probes: 1000,
  spanMs: 1000,
}

it("finds nobody ahead who is as good", () => {
  expect(aheadIn(SCORE, SCORE)).toEqual([])
})

it("names what a peer does better, whatever it does worse", () => {
  expect(aheadIn({ ...SCORE, falseDowns: 0, delaysMs: [2000, 2000, 2000] }, SCORE)).toEqual(["fewer false downs"])
  expect(aheadIn({ ...SCORE, falseDowns: 9, delaysMs: [500, 500, 500, 500] }, SCORE)).toEqual([
    "finds more",
    "finds sooner",
  ])
})

it("compares no times where one of them found nothing", () => {
  expect(aheadIn({ ...SCORE, delaysMs: [] }, SCORE)).toEqual([])
  expect(aheadIn({ ...SCORE, faults: 0, delaysMs: [] }, { ...SCORE, faults: 0, delaysMs: [] })).toEqual([])
})
