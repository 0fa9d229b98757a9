import { weightOf, type RateTest } from "../../../src/core/cusum.ts"

/**
 * How soon a change of the loss probability can be noticed at all, in probes. Lorden (1971, "Procedures for reacting to
 * a change in distribution", Annals of Mathematical Statistics 42): a detector whose false alarms are `gamma` probes
 * apart on average needs, at worst, ln(gamma) / KL(after || before) probes on average, asymptotically. Moustakides (1986,
 * "Optimal stopping times for detecting changes in distributions", Annals of Statistics 14): CUSUM attains it.
 *
 * `before`, `after`: probability that a probe is lost, 0..1. Infinity: there is no change to notice.
 */
export function lordenBound(before: number, after: number, gamma: number): number {
  return Math.log(gamma) / divergence(after, before)
}

/** Kullback–Leibler divergence of one coin from another, in nats: what one probe tells of the difference, on average. */
export function divergence(from: number, to: number): number {
  return term(from, to) + term(1 - from, 1 - to)
}

function term(from: number, to: number): number {
  return from === 0 ? 0 : from * Math.log(from / to)
}

/**
 * At least so many probes lie between two false alarms of a CUSUM test, on average, where this part of them is lost:
 * e^(h · nats), with h the positive root of E[e^(h · weight)] = 1 (Lorden 1971, theorem 2, by Wald's identity).
 */
export function probesBetweenAlarms(loss: number, test: RateTest, nats: number): number {
  const growth = (h: number) =>
    loss * Math.exp(h * weightOf(test, true)) + (1 - loss) * Math.exp(h * weightOf(test, false)) - 1
  let [low, high] = [0, 1]
  while (growth(high) < 0) [low, high] = [high, 2 * high]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (growth(middle) < 0) low = middle
    else high = middle
  }
  return Math.exp(low * nats)
}
