import { describe, expect, it } from "vitest"
import { ENOUGH_NATS } from "../../src/core/cusum.ts"
import { NO_LOSS, observeLoss, takeBackLoss, tallyOfLoss, type LossEvidence } from "../../src/core/loss.ts"
import { newTarget, observe, type TargetHealth } from "../../src/core/target.ts"
import { SETTINGS } from "./fixtures.ts"
import { dice } from "./simulate.ts"

const PACE_MS = 40

interface Seen {
  readonly loss: LossEvidence
  readonly targets: readonly TargetHealth[]
  readonly atMs: number
}

const answered = (probe: string): TargetHealth => ({ ...newTarget(probe), lastAnswerMs: 0 })
const FRESH: Seen = { loss: NO_LOSS, targets: ["a", "b", "c"].map(answered), atMs: 0 }

/** Probes to three targets in turn, `PACE_MS` apart: true for a lost one. */
function after(losses: readonly boolean[], start = FRESH): Seen {
  return losses.reduce(({ loss, targets, atMs }, isLost, i) => {
    const target = i % 3
    const outcome = isLost ? ({ kind: "lost", reason: "timeout" } as const) : ({ kind: "reply", rttMs: 15 } as const)
    const known = targets.map((each, j) =>
      j === target
        ? observe(each, { kind: "probe", link: "isp1", probe: each.probe, sentMs: atMs, atMs, outcome })
        : each,
    )
    const seen = { isLost, target, targets: known, sentMs: atMs }
    return { loss: observeLoss(loss, seen, SETTINGS), targets: known, atMs: atMs + PACE_MS }
  }, start)
}

const natsAfter = (losses: readonly boolean[]) => after(losses).loss.nats
const isProvenAfter = (...args: Parameters<typeof after>) => after(...args).loss.isProven
const answers = (count: number) => new Array<boolean>(count).fill(false)
const rolled = (count: number, ratio: number, seed: number) => {
  const roll = dice(seed)
  return Array.from({ length: count }, () => roll() < ratio)
}
const proven = after(rolled(400, 0.4, 1))

describe("evidence of loss", () => {
  it("begins with a loss, and is used up by answers", () => {
    expect(natsAfter(answers(100))).toBe(0)
    expect(natsAfter([true])).toBeCloseTo(Math.log(3))
    expect(natsAfter([true, ...answers(7)])).toBeCloseTo(Math.log(3) + 7 * Math.log((3 * 0.8) / 2.8))
    expect(natsAfter([true, ...answers(8)])).toBe(0)
  })

  it("is proven by a brown-out, and tells of it since it began", () => {
    const { loss, targets } = proven
    expect(loss).toMatchObject({ isProven: true, nats: ENOUGH_NATS })
    const { judged, lost } = tallyOfLoss(loss, targets, targets)
    expect(lost / judged).toBeGreaterThan(0.3)
  })

  it("takes a run of misses for one event", () => {
    const run = after(new Array<boolean>(30).fill(true)).loss
    expect(run.nats).toBeCloseTo(2 * Math.log(3))
    expect(run.isProven).toBe(false)
  })

  it("is not proven by what only one target loses", () => {
    const everyThird = Array.from({ length: 300 }, (_, i) => i % 3 === 0)
    expect(natsAfter(everyThird)).toBeGreaterThan(ENOUGH_NATS - 0.5)
    expect(isProvenAfter(everyThird)).toBe(false)
  })

  it("is not proven by what one target loses where another loses as little as it always did", () => {
    const roll = dice(1)
    const mixed = Array.from({ length: 3000 }, (_, i) => roll() < (i % 3 === 0 ? 0.6 : 0.01))
    expect(isProvenAfter(mixed)).toBe(false)
  })

  it("is not proven by a moment's trouble, however bad", () => {
    const moment = Array.from({ length: 24 }, (_, i) => i % 3 !== 2)
    expect(natsAfter(moment)).toBeGreaterThan(ENOUGH_NATS - 0.5)
    expect(isProvenAfter(moment)).toBe(false)
    expect(isProvenAfter([...moment, ...moment])).toBe(true)
  })

  it("is hardly ever proven by bad luck at half of the setting", () => {
    const runs = Array.from({ length: 100 }, (_, seed) => after(rolled(500, 0.1, seed + 1)))
    expect(runs.filter(({ loss }) => loss.isProven).length).toBeLessThan(15)
  })

  it("once proven, is not over while the line loses as much as the setting", () => {
    const runs = Array.from({ length: 100 }, (_, seed) => after(rolled(500, 0.2, seed + 1), proven))
    expect(runs.filter(({ loss }) => !loss.isProven)).toEqual([])
  })

  it("once proven, is over when the line is clean, within a minute or so at the usual pace", () => {
    expect(isProvenAfter(answers(80), proven)).toBe(true)
    expect(isProvenAfter(answers(100), proven)).toBe(false)
  })

  it("is taken back with the miss that was none", () => {
    expect(takeBackLoss(after([false, true]).loss, SETTINGS)).toMatchObject({ nats: 0, missesInRow: 0 })
  })
})
