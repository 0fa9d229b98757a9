import { expect, it } from "vitest"
import { createLink, type Effect, type LinkModel } from "./link.ts"
import { scorer } from "./score.ts"

/** 10 s of calm, 10 s of something else, in turn: faults begin at 10, 30, 50 s. */
function turning(effect: Effect) {
  const span = { fromMs: 10_000, toMs: 10_000 }
  const model: LinkModel = { name: "", rttMs: 10, jitterMs: 2, loss: 0, spells: { calm: span, lasts: span, effect } }
  const link = createLink(model, 1)
  return { link, ...scorer(model, link) }
}

it("times a verdict from the fault that it found, in milliseconds and in probes", () => {
  const { link, tell, total } = turning({ kind: "outage" })
  for (const atMs of [9000, 10_000, 10_500, 11_000]) link.answer(0, atMs)
  tell("down", 11_100)
  tell("up", 25_000)
  expect(total(29_000)).toMatchObject({ faults: 1, delaysMs: [1100], delaysProbes: [3], falseDowns: 0, returns: 1 })
})

it("does not count faults that began while the line was held for dead, and does those that went unnoticed", () => {
  const { tell, total } = turning({ kind: "outage" })
  tell("down", 12_000)
  tell("up", 45_000)
  expect(total(65_000)).toMatchObject({ faults: 2, delaysMs: [2000] })
})

it("calls a verdict false when the line was delivering, and unknowable within a round trip of its return", () => {
  const { tell, total } = turning({ kind: "outage" })
  tell("down", 20_005)
  tell("up", 22_000)
  tell("down", 25_000)
  expect(total(26_000)).toMatchObject({ faults: 1, delaysMs: [], falseDowns: 2, unknowable: 1, returns: 1 })
})

it("takes degraded for a find in a brown-out, and down for a find that is false", () => {
  const { tell, total } = turning({ kind: "brown-out", loss: 0.2 })
  tell("degraded", 13_000)
  tell("up", 25_000)
  tell("down", 34_000)
  expect(total(39_000)).toMatchObject({ faults: 2, delaysMs: [3000, 4000], falseDowns: 1, degradations: 1 })
})

it("waits on when degraded is the first thing said of an outage", () => {
  const { tell, total } = turning({ kind: "outage" })
  tell("degraded", 10_500)
  tell("down", 11_500)
  expect(total(19_000)).toMatchObject({ faults: 1, delaysMs: [1500], falseDowns: 0, degradations: 1 })
})

it("knows no faults on a line that only has a dead target", () => {
  const { tell, total } = turning({ kind: "dead target" })
  tell("down", 15_000)
  expect(total(60_000)).toMatchObject({ faults: 0, delaysMs: [], falseDowns: 1 })
})

it("measures how much of the line's good time was spent out of service", () => {
  const { tell, total } = turning({ kind: "outage" })
  tell("down", 11_000)
  tell("up", 23_000)
  tell("down", 38_000)
  // Good from 0 to 10, 20 to 30 and 40 to 50 s: of these 30 s, 3 after the first outage and 10 after the second.
  expect(total(50_000).wronglyOut).toBeCloseTo(13 / 30, 12)
})
