import { describe, expect, it } from "vitest"
import { ENOUGH_NATS } from "../../src/core/cusum.ts"
import { lostSince, NO_LOSS, observeLoss, takeBackLoss, type LossEvidence } from "../../src/core/loss.ts"
import { newTarget } from "../../src/core/target.ts"
import { SETTINGS } from "./fixtures.ts"
import { dice } from "./simulate.ts"

const PACE_MS = 40
const TARGETS = ["a", "b", "c"].map(newTarget)

/** Probes to three targets in turn, `PACE_MS` apart: true for a lost one. */
function after(losses: readonly boolean[], start = NO_LOSS, fromMs = 0): LossEvidence {
  return losses.reduce(
    (loss, isLost, i) =>
      observeLoss(loss, { isLost, target: i % 3, targets: TARGETS, sentMs: fromMs + i * PACE_MS }, SETTINGS),
    start,
  )
}

const answers = (count: number) => new Array<boolean>(count).fill(false)
const rolled = (count: number, ratio: number, seed: number) => {
  const roll = dice(seed)
  return Array.from({ length: count }, () => roll() < ratio)
}
const proven = after(rolled(400, 0.4, 1))

describe("evidence of loss", () => {
  it("begins with a loss, and is used up by answers", () => {
    expect(after(answers(100)).nats).toBe(0)
    expect(after([true]).nats).toBeCloseTo(Math.log(3))
    expect(after([true, ...answers(7)]).nats).toBeCloseTo(Math.log(3) + 7 * Math.log((3 * 0.8) / 2.8))
    expect(after([true, ...answers(8)]).nats).toBe(0)
  })

  it("is proven by a brown-out, and tells of it since it began", () => {
    expect(proven).toMatchObject({ isProven: true, nats: ENOUGH_NATS })
    expect(lostSince(proven) / proven.judged).toBeGreaterThan(0.3)
  })

  it("takes a run of misses for one event", () => {
    const run = after(new Array<boolean>(30).fill(true))
    expect(run.nats).toBeCloseTo(2 * Math.log(3))
    expect(run.isProven).toBe(false)
  })

  it("is not proven by what only one target loses", () => {
    const everyThird = Array.from({ length: 300 }, (_, i) => i % 3 === 0)
    expect(after(everyThird).nats).toBeGreaterThan(ENOUGH_NATS - 0.5)
    expect(after(everyThird).isProven).toBe(false)
  })

  it("is not proven by a moment's trouble, however bad", () => {
    const moment = Array.from({ length: 24 }, (_, i) => i % 3 !== 2)
    expect(after(moment).nats).toBeGreaterThan(ENOUGH_NATS - 0.5)
    expect(after(moment).isProven).toBe(false)
    expect(after([...moment, ...moment]).isProven).toBe(true)
  })

  it("is hardly ever proven by bad luck at half of the setting", () => {
    const runs = Array.from({ length: 100 }, (_, seed) => after(rolled(500, 0.1, seed + 1)))
    expect(runs.filter(({ isProven }) => isProven).length).toBeLessThan(15)
  })

  it("once proven, is not over while the line loses as much as the setting", () => {
    const runs = Array.from({ length: 100 }, (_, seed) => after(rolled(500, 0.2, seed + 1), proven, 16_000))
    expect(runs.filter(({ isProven }) => !isProven)).toEqual([])
  })

  it("once proven, is over when the line is clean, within a minute or so at the usual pace", () => {
    expect(after(answers(80), proven).isProven).toBe(true)
    expect(after(answers(100), proven).isProven).toBe(false)
  })

  it("is taken back with the miss that was none", () => {
    const missed = after([false, true])
    expect(takeBackLoss(missed, 1, SETTINGS)).toMatchObject({ nats: 0, lostBy: [0, 0, 0], missesInRow: 0 })
  })
})
