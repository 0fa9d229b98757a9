import { expect, it } from "vitest"
import { weightOf } from "../../../src/core/cusum.ts"
import { divergence, lordenBound, probesBetweenAlarms } from "./lorden.ts"
import { sfc32, uniform } from "./random.ts"

/** Probes until a CUSUM of these weights has gathered so much, where this part of them is lost: the mean of 2,000 runs. */
function meanRun(loss: number, onLoss: number, onReply: number, nats: number): number {
  const random = sfc32(7)
  const run = () => {
    let evidence = 0
    for (let probes = 1; ; probes++) {
      evidence = Math.max(0, evidence + (uniform(random) < loss ? onLoss : onReply))
      if (evidence >= nats) return probes
    }
  }
  const runs = Array.from({ length: 2000 }, run)
  return runs.reduce((a, b) => a + b) / runs.length
}

it("measures what a probe tells by hand-computed values", () => {
  expect(divergence(0.5, 0.25)).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(0.5 / 0.75), 12)
  expect(divergence(0.2, 0.2)).toBe(0)
  expect(divergence(1, 0.1)).toBeCloseTo(Math.log(10), 12)
  expect(divergence(0.2, 0)).toBe(Infinity)
})

it("asks for ln(gamma) / KL probes", () => {
  // 1 % to 20 %: 0.2 ln 20 + 0.8 ln(0.8 / 0.99) = 0.4287 nats a probe; a year of two a second: ln 63,072,000 = 17.96.
  expect(lordenBound(0.01, 0.2, 63_072_000)).toBeCloseTo(41.9, 1)
})

it("is the sooner the bigger the change, and the later the rarer the false alarms", () => {
  expect(lordenBound(0.01, 0.4, 1e6)).toBeLessThan(lordenBound(0.01, 0.2, 1e6))
  expect(lordenBound(0.01, 0.2, 1e8)).toBeGreaterThan(lordenBound(0.01, 0.2, 1e6))
  expect(lordenBound(0.1, 0.1, 1e6)).toBe(Infinity)
  expect(lordenBound(0, 0.2, 1e6)).toBe(0)
})

it("is just about what CUSUM takes, which attains it", () => {
  const [before, after, gamma] = [0.02, 0.2, 1e6]
  const [onLoss, onReply] = [Math.log(after / before), Math.log((1 - after) / (1 - before))]
  const took = meanRun(after, onLoss, onReply, Math.log(gamma))
  const ratio = took / lordenBound(before, after, gamma)
  expect(ratio).toBeGreaterThan(0.9)
  expect(ratio).toBeLessThan(1.2)
})

it.each([0.01, 0.02, 0.05])("knows how rare false alarms are at least, on a line that loses %f", loss => {
  const test = { normal: 0.05, bad: 0.2 }
  const nats = loss === 0.01 ? 3 : 4
  const measured = meanRun(loss, weightOf(test, true), weightOf(test, false), nats)
  const least = probesBetweenAlarms(loss, test, nats)
  expect(measured).toBeGreaterThan(least)
  expect(Math.log(measured)).toBeLessThan(Math.log(least) + 5)
})

it("is e^nats where just the normal part is lost: Wald's own bound", () => {
  expect(Math.log(probesBetweenAlarms(0.05, { normal: 0.05, bad: 0.2 }, 10))).toBeCloseTo(10, 6)
})
