import type { Outcome } from "../../src/core/outcome.ts"
import { newTarget, observe, type TargetHealth } from "../../src/core/target.ts"

export const LOST: Outcome = { kind: "lost", reason: "timeout" }
export const RESENT: Outcome = { kind: "reply", rttMs: 20, resent: true }
export const reply = (rttMs: number): Outcome => ({ kind: "reply", rttMs })

export function seen(target: TargetHealth, sentMs: number, outcome: Outcome, atMs = sentMs): TargetHealth {
  return observe(target, { kind: "probe", link: "isp1", probe: target.probe, sentMs, atMs, outcome })
}

/** One probe a second from 0 on: an RTT, or null for a loss. */
export function history(rtts: readonly (number | null)[]): TargetHealth {
  const outcomes = rtts.map(rttMs => (rttMs === null ? LOST : reply(rttMs)))
  return outcomes.reduce((target, outcome, i) => seen(target, i * 1000, outcome), newTarget("a"))
}

export const answeredAt = (lastAnswerMs: number | null, missesInRow = 0): TargetHealth => ({
  ...newTarget("a"),
  lastAnswerMs,
  missesInRow,
})
