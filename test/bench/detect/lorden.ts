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
