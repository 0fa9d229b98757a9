import { describe, expect, it } from "vitest"
import type { ProbeResult } from "../../src/core/outcome.ts"
import {
  CONFIRM_PROBES,
  LAST_PROBES,
  provenMs,
  shortOutageMs,
  suspect,
  type Suspicion,
} from "../../src/core/suspicion.ts"
import { newTarget, observe, type TargetHealth } from "../../src/core/target.ts"
import { SETTINGS } from "./fixtures.ts"
import { hole, simulate, steady } from "./simulate.ts"

const TIMEOUT_MS = 50
const TARGETS: readonly TargetHealth[] = [newTarget("a"), newTarget("b")]

const missed = (sentMs: number): ProbeResult => ({
  kind: "probe",
  link: "isp1",
  probe: "a",
  sentMs,
  atMs: sentMs + TIMEOUT_MS,
  outcome: { kind: "lost", reason: "timeout" },
})

/** The suspicion after these probes were missed, all sent at these times. */
function after(times: readonly number[]): Suspicion | null {
  return times.reduce<Suspicion | null>(
    (suspicion, sentMs) =>
      suspect({ state: "up", suspicion, movedMs: null, recovery: null }, TARGETS, missed(sentMs), SETTINGS),
    null,
  )
}

const burst = (count: number, fromMs: number) => Array.from({ length: count }, (_, i) => fromMs + 20 * i)

describe("a silence is confirmed", () => {
  it("by neither a burst nor time alone, but by both", () => {
    const lastMs = shortOutageMs(SETTINGS)
    expect(after([0, ...burst(24, TIMEOUT_MS)])).toMatchObject({ lost: 24, lastLost: 1, confirmedMs: null })
    expect(after([0, ...burst(LAST_PROBES, lastMs)])).toMatchObject({ lastLost: LAST_PROBES, confirmedMs: null })
    const both = [...burst(CONFIRM_PROBES, TIMEOUT_MS), ...burst(LAST_PROBES, lastMs)]
    expect(after([0, ...both])).toMatchObject({ confirmedMs: both.at(-1) })
  })

  it("by no probe that was sent before it began", () => {
    expect(after([0, ...burst(2, 10)])).toMatchObject({ lost: 0 })
  })

  it("once, at the first moment at which it was", () => {
    const times = [0, ...burst(60, TIMEOUT_MS)]
    expect(after(times)?.confirmedMs).toBe(after(times.slice(0, -10))?.confirmedMs)
  })
})

describe("a confirmed silence is beyond doubt", () => {
  const confirmed = { sinceMs: 0, sentMs: 0, lost: 20, lastLost: 4, confirmedMs: 600, hintedBy: null }
  const heard = (rttMs: number, count = 60) =>
    Array.from({ length: count }).reduce<TargetHealth>(
      (target, _, i) => observe(target, { ...missed(i), atMs: i + rttMs, outcome: { kind: "reply", rttMs } }),
      newTarget("a"),
    )

  it("when the last answer has had twice its time", () => {
    expect(provenMs(confirmed, [heard(100)])).toBeCloseTo(800, 0)
    expect(provenMs(confirmed, [newTarget("a")])).toBe(600)
  })

  it("later where the newest answer was late: a queue may be filling", () => {
    const late = observe(heard(15), { ...missed(90), atMs: 700, outcome: { kind: "reply", rttMs: 610 } })
    expect(provenMs(confirmed, [late])).toBe(600 + 2 * 610)
  })

  it("never before it is confirmed", () => {
    expect(provenMs({ ...confirmed, confirmedMs: null }, [heard(15)])).toBeNull()
  })
})

describe("an outage", () => {
  it("shorter than downAfter less an interval never takes a link down, whenever it begins", () => {
    for (let fromMs = 20_000; fromMs < 20_500; fromMs += 7)
      for (const rttMs of [1, 15, 60]) {
        const model = { ...steady(rttMs), isLost: hole(fromMs, fromMs + shortOutageMs(SETTINGS)) }
        expect(simulate({ model, untilMs: 30_000 }).changes.map(({ to }) => to)).toEqual(["up"])
      }
  })

  it("of an empty line is found in little more than downAfter, whenever it begins", () => {
    for (let fromMs = 20_000; fromMs < 20_500; fromMs += 7) {
      const [, down] = simulate({ model: { ...steady(15), isLost: hole(fromMs) }, untilMs: 30_000 }).changes
      expect((down?.atMs ?? Infinity) - fromMs).toBeLessThan(SETTINGS.downAfterMs + 150)
    }
  })
})
