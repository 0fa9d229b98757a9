import type { HealthSettings } from "./config.ts"
import type { Outcome, ProbeResult } from "./outcome.ts"
import { timeoutFor, updateRtt, type RttEstimate } from "./rtt.ts"

/** What is known of one target as seen through one link. */
export interface TargetHealth {
  readonly probe: string
  /** Monotonic time of the newest answer; null: none yet. */
  readonly lastAnswerMs: number | null
  readonly missesInRow: number
  /** The newest probes in order of sending, oldest first. */
  readonly recent: readonly Sample[]
  readonly rtt: RttEstimate | null
  /** What the RTT is when nothing is in its way: the least measured, slowly forgotten. Null: no answer yet. */
  readonly baselineMs: number | null
  /** Why the prober could not ask, while it cannot. */
  readonly broken: string | null
}

interface Sample {
  readonly sentMs: number
  readonly isLost: boolean
  /** Null: lost, or answered after nobody knows how long. */
  readonly rttMs: number | null
}

/** Enough for a loss ratio in steps of 2 %, and to follow a change within a minute at the default pace. */
const RECENT = 50

/**
 * A target counts as dead by itself when it missed this many in a row and fell this far behind its siblings: in time,
 * and in rounds, as each is asked only once a round and so lags behind by nature when the interval is long.
 */
const DEAD_MISSES = 3
const DEAD_LAG_MS = 5000
const DEAD_LAG_ROUNDS = 2

export function newTarget(probe: string): TargetHealth {
  return { probe, lastAnswerMs: null, missesInRow: 0, recent: [], rtt: null, baselineMs: null, broken: null }
}

/** Folds one result into its target. A late reply takes back the miss that was noted for the same probe. */
export function observe(target: TargetHealth, result: ProbeResult): TargetHealth {
  const { outcome } = result
  switch (outcome.kind) {
    case "broken":
      return { ...target, broken: outcome.error }
    case "lost":
      return {
        ...noted(target, { sentMs: result.sentMs, isLost: true, rttMs: null }),
        missesInRow: target.missesInRow + 1,
        broken: null,
      }
    case "reply":
      return { ...answered(target, result.sentMs, outcome), lastAnswerMs: result.atMs, missesInRow: 0, broken: null }
  }
}

function answered(target: TargetHealth, sentMs: number, reply: Outcome & { kind: "reply" }): TargetHealth {
  const { rttMs } = reply
  const heard = noted(target, { sentMs, isLost: false, rttMs })
  if (rttMs === null) return heard
  return { ...heard, rtt: updateRtt(target.rtt, rttMs), baselineMs: updateBaseline(target.baselineMs, rttMs) }
}

/** At the default pace two hours: a new route is the line's own RTT by then, and a busy evening is not. */
const BASELINE_ANSWERS = 5000

function updateBaseline(baselineMs: number | null, rttMs: number): number {
  if (baselineMs === null || rttMs < baselineMs) return rttMs
  return baselineMs + (rttMs - baselineMs) / BASELINE_ANSWERS
}

/** Whether this reply is to a probe that was noted as a miss. */
export function isTakenBack({ recent }: TargetHealth, { sentMs, outcome }: ProbeResult): boolean {
  const isLatest = (recent.at(-1)?.sentMs ?? -Infinity) < sentMs
  return outcome.kind === "reply" && !isLatest && recent.some(sample => sample.sentMs === sentMs && sample.isLost)
}

function noted(target: TargetHealth, noted: Sample): TargetHealth {
  const newest = target.recent.at(-1)
  if (newest === undefined || newest.sentMs < noted.sentMs)
    return { ...target, recent: [...target.recent, noted].slice(-RECENT) }
  const others = target.recent.filter(sample => sample.sentMs !== noted.sentMs)
  const recent = [...others, noted].sort((a, b) => a.sentMs - b.sentMs)
  return { ...target, recent: recent.slice(-RECENT) }
}

/**
 * One dead target must neither raise an alarm nor waste the probes that settle one. It is dead by itself only while the
 * quorum holds without it: else its silence is the very evidence against the link.
 */
export function isDead(
  target: TargetHealth,
  siblings: readonly TargetHealth[],
  { quorum, intervalMs }: Pick<HealthSettings, "quorum" | "intervalMs">,
): boolean {
  if (target.missesInRow < DEAD_MISSES) return false
  const answerMs = quorumAnswer(siblings, quorum)
  if (answerMs === null) return false
  const lagMs = Math.max(DEAD_LAG_MS, DEAD_LAG_ROUNDS * siblings.length * intervalMs)
  return answerMs - (target.lastAnswerMs ?? -Infinity) > lagMs
}

/**
 * How long to wait for this target's answer before missing it. One that has not answered yet is expected to do as well as
 * the best of its siblings, behind the same line: a link may well die before its first round is over. The first ones
 * measured have waited for this process to get going; and a target that is farther away is late, which takes its miss back.
 */
export function answerTimeoutMs(target: TargetHealth, siblings: readonly TargetHealth[]): number {
  if (target.rtt !== null) return timeoutFor(target.rtt)
  const known = siblings.flatMap(({ rtt }) => (rtt === null ? [] : [timeoutFor(rtt)]))
  return known.length === 0 ? timeoutFor(null) : Math.min(...known)
}

/** The time at which `quorum` distinct targets had last all answered: the quorum-th newest answer. */
export function quorumAnswer(targets: readonly TargetHealth[], quorum: number): number | null {
  const answers = targets.map(target => target.lastAnswerMs).filter(ms => ms !== null)
  return answers.sort((a, b) => b - a)[quorum - 1] ?? null
}

export function lossRatio(targets: readonly Pick<TargetHealth, "recent">[]): number {
  const samples = targets.flatMap(target => target.recent)
  return samples.length === 0 ? 0 : samples.filter(sample => sample.isLost).length / samples.length
}

/** Median RTT of the newest answers, and the mean difference between successive ones (RFC 3550's idea of jitter). Null: no answer. */
export function rttSummary(target: TargetHealth): { rttMs: number | null; jitterMs: number | null } {
  const rtts = target.recent.map(sample => sample.rttMs).filter(ms => ms !== null)
  if (rtts.length === 0) return { rttMs: null, jitterMs: null }
  const steps = rtts.slice(1).map((ms, i) => Math.abs(ms - (rtts[i] ?? ms)))
  const jitterMs = steps.length === 0 ? 0 : steps.reduce((a, b) => a + b, 0) / steps.length
  return { rttMs: median(rtts), jitterMs }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
