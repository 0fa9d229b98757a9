import type { Verdict, Detector } from "./detector.ts"
import type { SimulatedLink } from "./link.ts"

/** A line without chance: what it answers is written down. */
export function scripted(rttMs: (atMs: number, target: number) => number): SimulatedLink {
  let sent = 0
  return {
    answer: (target, atMs) => {
      sent++
      return rttMs(atMs, target)
    },
    spell: () => ({ count: 0, isOn: false, sinceMs: 0, endMs: 0, probes: 0, totalMs: 0 }),
    sent: () => sent,
    isBusy: () => false,
  }
}

/** Answers after 10 ms, but nothing that is sent in between. */
export function silentBetween(fromMs: number, toMs: number): SimulatedLink {
  return scripted(atMs => (atMs >= fromMs && atMs < toMs ? Infinity : 10))
}

/** Every change of verdict and its time. */
export function verdicts(
  detector: Detector,
  link: SimulatedLink,
  spanMs: number,
): readonly (readonly [Verdict, number])[] {
  const told: [Verdict, number][] = []
  detector.watch(link, spanMs, (verdict, atMs) => told.push([verdict, atMs]))
  return told
}
