import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { newTarget, type TargetHealth } from "../../src/core/target.ts"
import { isDead, lossRatioOf, quorumAnswer } from "../../src/core/targets.ts"
import { SETTINGS } from "./fixtures.ts"
import { answeredAt, history } from "./targets-seen.ts"

describe("isDead", () => {
  it("is relative to the siblings: silent for long while they answer", () => {
    const dead = answeredAt(1000, 5)
    expect(isDead(dead, [dead, answeredAt(10_000)], SETTINGS)).toBe(true)
  })

  it("is nobody when all are silent alike: then it is the link", () => {
    const targets = [answeredAt(1000, 9), answeredAt(1400, 9), answeredAt(900, 9)]
    expect(targets.filter(target => isDead(target, targets, SETTINGS))).toEqual([])
  })

  it("takes three misses and five seconds, never one alone", () => {
    const sibling = answeredAt(10_000)
    expect(isDead(answeredAt(4000, 2), [sibling], SETTINGS)).toBe(false)
    expect(isDead(answeredAt(5000, 3), [sibling], SETTINGS)).toBe(false)
    expect(isDead(answeredAt(4999, 3), [sibling], SETTINGS)).toBe(true)
  })

  it("includes a target that never answered, once a sibling did", () => {
    expect(isDead(answeredAt(null, 3), [answeredAt(null, 3)], SETTINGS)).toBe(false)
    expect(isDead(answeredAt(null, 3), [answeredAt(600)], SETTINGS)).toBe(true)
  })

  it("is nobody without whom the quorum fails", () => {
    const targets = [answeredAt(60_000), answeredAt(1000, 50), answeredAt(1500, 50)]
    expect(targets.filter(target => isDead(target, targets, { ...SETTINGS, quorum: 2 }))).toEqual([])
    expect(targets.filter(target => isDead(target, targets, SETTINGS))).toEqual(targets.slice(1))
  })

  it("is nobody who is only asked seldom, because the interval is long", () => {
    const targets = [answeredAt(60_000, 3), answeredAt(55_000, 3), answeredAt(50_000, 3)]
    expect(targets.filter(target => isDead(target, targets, { quorum: 1, intervalMs: 5000 }))).toEqual([])
    expect(isDead(answeredAt(29_999, 3), targets, { quorum: 1, intervalMs: 5000 })).toBe(true)
  })
})

describe("quorumAnswer", () => {
  const targets = [answeredAt(100), answeredAt(null), answeredAt(300), answeredAt(200)]

  it("is when that many distinct targets had last all answered", () => {
    expect([1, 2, 3].map(quorum => quorumAnswer(targets, quorum))).toEqual([300, 200, 100])
  })

  it("does not ask for a target that cannot be asked", () => {
    const broken = (target: TargetHealth): TargetHealth => ({ ...target, broken: "EPERM" })
    const [a, b, c] = [answeredAt(100), answeredAt(300), answeredAt(200)]
    expect(quorumAnswer([broken(a), b, c], 3)).toBe(200)
    expect(quorumAnswer([broken(a), b, broken(c)], 2)).toBe(300)
    expect(quorumAnswer([broken(a), broken(b), broken(c)], 2)).toBe(300)
  })

  it("is null while fewer ever did", () => {
    expect(quorumAnswer(targets, 4)).toBeNull()
    expect(quorumAnswer([], 1)).toBeNull()
  })

  it("leaves the targets in their order", () => {
    quorumAnswer(targets, 2)
    expect(targets.map(target => target.lastAnswerMs)).toEqual([100, null, 300, 200])
  })
})

describe("lossRatioOf", () => {
  it("is the part of all recent probes that was lost", () => {
    expect(lossRatioOf([history([15, null, 15, null]), history([15, 15, 15, null])])).toBeCloseTo(3 / 8)
  })

  it("counts a target for as much as it was asked", () => {
    expect(lossRatioOf([history([null]), history([15, 15, 15])])).toBe(1 / 4)
  })

  it("is 0 before anything was asked", () => {
    expect(lossRatioOf([newTarget("a")])).toBe(0)
  })

  it("is between 0 and 1, whatever happened, and exact for the first fifty", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(2000))), rtts => {
        const ratio = lossRatioOf([history(rtts)])
        expect(ratio).toBeGreaterThanOrEqual(0)
        expect(ratio).toBeLessThanOrEqual(1 + 1e-9)
        if (rtts.length <= 50) expect(ratio).toBeCloseTo(rtts.filter(ms => ms === null).length / (rtts.length || 1))
      }),
    )
  })
})
