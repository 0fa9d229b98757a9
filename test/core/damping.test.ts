import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { CALM, charge, relax, reuseMs, type Damping } from "../../src/core/damping.ts"
import { SETTINGS } from "./fixtures.ts"
import { simulate, steady, type Recording } from "./simulate.ts"

const { halfLifeMs, suppress, reuse } = SETTINGS.damping
const flaps = (...times: readonly number[]) =>
  times.reduce<Damping>((damping, atMs) => charge(damping, SETTINGS, atMs), CALM)
const states = ({ changes }: Recording) => changes.map(({ to }) => to)

/** Dead for 5 s in every 10 from 60 s on, for ten minutes. */
const flapping = { ...steady(15), isLost: (atMs: number) => atMs >= 60_000 && atMs < 660_000 && atMs % 10_000 < 5000 }

describe("damping", () => {
  it("begins with the failure that brings the penalty to suppress, and ends when it has decayed to reuse", () => {
    expect(flaps(0, 10_000, 20_000).isDamped).toBe(false)
    const damped = flaps(0, 10_000, 20_000, 30_000)
    expect(damped.isDamped).toBe(true)
    const endMs = reuseMs(damped, SETTINGS)
    expect(relax(damped, SETTINGS, endMs - 1)).toBe(damped)
    expect(relax(damped, SETTINGS, endMs).isDamped).toBe(false)
    expect(damped.penalty * 2 ** (-(endMs - 30_000) / halfLifeMs)).toBeCloseTo(reuse)
  })

  it("forgets: as many failures as make it, an hour apart, are none", () => {
    expect(flaps(0, 3_600_000, 7_200_000, 10_800_000).isDamped).toBe(false)
  })

  it("ends three half-lives after the last failure at the latest, however often it failed", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1, maxLength: 200 }), pauses => {
        let atMs = 0
        const times = pauses.map(pauseMs => (atMs += pauseMs))
        const damped = flaps(...times)
        expect(reuseMs(damped, SETTINGS) - atMs).toBeLessThanOrEqual(3 * halfLifeMs)
        expect(damped.penalty).toBeLessThanOrEqual(Math.max(suppress, 8 * reuse))
      }),
    )
  })

  it("ends so also where suppress is far above reuse", () => {
    const settings = { ...SETTINGS, damping: { halfLifeMs, suppress: 20, reuse: 0.5 } }
    const damped = Array.from({ length: 30 }, (_, i) => i * 1000).reduce<Damping>(
      (damping, atMs) => charge(damping, settings, atMs),
      CALM,
    )
    expect(damped.isDamped).toBe(true)
    expect(relax(damped, settings, 29_000 + 3 * halfLifeMs).isDamped).toBe(false)
  })
})

describe("a link that flaps, 5 s dead and 5 s alive, for ten minutes", () => {
  const settings = { upAfterMs: 1000 }

  it("goes back into service three times at most, and is let back in the end", () => {
    const shares: number[] = []
    for (let untilMs = 60_000; untilMs < 1_800_000; untilMs += 500) {
      if (untilMs % 60_000 === 0) shares.push(simulate({ model: flapping, untilMs, settings }).link.share)
    }
    expect(shares.slice(2, 12).every(share => share < 1)).toBe(true)
    expect(shares.at(-1)).toBe(1)
  })

  it("gets a tenth of its share at first when damping ends, as after any outage", () => {
    const damped = simulate({ model: flapping, untilMs: 1_000_000, settings }).link
    const endMs = reuseMs(damped.damping, SETTINGS)
    const shareAt = (untilMs: number) => simulate({ model: flapping, untilMs, settings }).link.share
    expect([endMs - 10, endMs + 10, endMs + 510, endMs + 1010].map(shareAt)).toEqual([0, 0.1, 0.5, 1])
  })

  it("is out of service from its fourth failure on: going down is never delayed", () => {
    const run = simulate({ model: flapping, untilMs: 700_000, settings })
    const downs = run.changes.filter(({ to }) => to === "down")
    expect(downs.length).toBeGreaterThan(50)
    const reasons = run.changes.filter(({ to }) => to === "up").map(({ reason }) => reason)
    expect(reasons.slice(1).filter(reason => !reason.includes("damped"))).toHaveLength(3)
  })

  it("never returns with the default upAfter, which it never reaches", () => {
    expect(states(simulate({ model: flapping, untilMs: 650_000 }))).toEqual(["up", "down"])
  })
})
