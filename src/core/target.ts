import type { Lost, ProbeResult, Reply } from "./outcome.ts"
import { LATE_MS, MAX_TIMEOUT_MS, updateRtt, type RoundTrips } from "./rtt.ts"

/** What is known of one target as seen through one link. */
export interface TargetHealth {
  readonly probe: string
  /** Monotonic time of the newest answer; null: none yet. */
  readonly lastAnswerMs: number | null
  readonly missesInRow: number
  /** When those misses were sent that an answer may still take back. */
  readonly missedMs: readonly number[]
  /** Probes judged since watching began, and those of them that were lost. */
  readonly judged: number
  readonly lost: number
  /** Of about the newest fifty, 0..1. */
  readonly lossRatio: number
  /** Null: none measured yet. */
  readonly roundTrips: RoundTrips | null
  /** Why the prober could not ask, while it cannot. */
  readonly broken: string | null
  /** How the newest probe was lost; null: it was answered. */
  readonly loss: Lost | null
}

/** Probes that the loss ratio looks back on: it follows a change within a minute at the default pace. */
export const RECENT = 50

export function newTarget(probe: string): TargetHealth {
  return {
    probe,
    lastAnswerMs: null,
    missesInRow: 0,
    missedMs: [],
    judged: 0,
    lost: 0,
    lossRatio: 0,
    roundTrips: null,
    broken: null,
    loss: null,
  }
}

/**
 * Folds one result into its target. A late reply takes back the miss that was noted for the same probe, unless it tells of
 * a loss itself: each probe is judged once.
 */
export function observe(target: TargetHealth, { outcome, sentMs, atMs }: ProbeResult): TargetHealth {
  switch (outcome.kind) {
    case "broken":
      return { ...target, broken: outcome.error }
    case "lost":
      return missed(target, sentMs, outcome)
    case "reply":
      return answered(target, sentMs, atMs, outcome)
  }
}

/** Here and below all fields are spelled out: V8 copies them so twenty times as fast as by spreading. */
function missed(target: TargetHealth, sentMs: number, loss: Lost): TargetHealth {
  const { probe, lastAnswerMs, missesInRow, missedMs, judged, lost, lossRatio, roundTrips } = target
  return {
    probe,
    lastAnswerMs,
    missesInRow: missesInRow + 1,
    missedMs: [...stillOpen(missedMs, sentMs), sentMs],
    judged: judged + 1,
    lost: lost + 1,
    lossRatio: lossRatio + (1 - lossRatio) / Math.min(judged + 1, RECENT),
    roundTrips,
    broken: null,
    loss,
  }
}

function answered(target: TargetHealth, sentMs: number, atMs: number, { rttMs, resent }: Reply): TargetHealth {
  const { probe, lastAnswerMs, missedMs, lossRatio, roundTrips } = target
  const isBack = wasMissed(target, sentMs)
  const judged = isBack ? target.judged : target.judged + 1
  const losses = resent === true ? 1 : 0
  const change = losses - (isBack ? 1 : lossRatio)
  return {
    probe,
    lastAnswerMs: atMs,
    missesInRow: 0,
    missedMs: missedMs.length === 0 ? missedMs : stillOpen(missedMs, sentMs),
    judged,
    lost: target.lost + losses - (isBack ? 1 : 0),
    lossRatio: Math.max(0, lossRatio + change / Math.min(judged, RECENT)),
    roundTrips: rttMs === null ? roundTrips : updateRtt(roundTrips, rttMs, Math.max(0, atMs - (lastAnswerMs ?? atMs))),
    broken: null,
    loss: null,
  }
}

/** Whether this probe was counted as a miss, and its answer was not. */
export function wasMissed({ missedMs }: TargetHealth, sentMs: number): boolean {
  return missedMs.length > 0 && missedMs.includes(sentMs)
}

/** What was sent earlier than this is past every answer's time; what is answered now is settled. */
function stillOpen(missedMs: readonly number[], sentMs: number): readonly number[] {
  const oldestMs = sentMs - LATE_MS - MAX_TIMEOUT_MS
  return missedMs.filter(ms => ms !== sentMs && ms > oldestMs)
}
