import type { HealthSettings } from "./config.ts"
import type { ProbeResult, Reply } from "./outcome.ts"
import { INITIAL_TIMEOUT_MS, LATE_MS, MAX_TIMEOUT_MS, timeoutFor, updateRtt, type RoundTrips } from "./rtt.ts"

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
}

/** Probes that the loss ratio looks back on: it follows a change within a minute at the default pace. */
const RECENT = 50

/**
 * A target counts as dead by itself when it missed this many in a row and fell this far behind its siblings: in time,
 * and in rounds, as each is asked only once a round and so lags behind by nature when the interval is long.
 */
const DEAD_MISSES = 3
const DEAD_LAG_MS = 5000
const DEAD_LAG_ROUNDS = 2

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
      return missed(target, sentMs)
    case "reply":
      return answered(target, sentMs, atMs, outcome)
  }
}

/** Here and below all fields are spelled out: V8 copies them so twenty times as fast as by spreading. */
function missed(target: TargetHealth, sentMs: number): TargetHealth {
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

/** Its misses so far are no reason to hold it for dead: its link was. */
export function undecided(target: TargetHealth): TargetHealth {
  return { ...target, missesInRow: Math.min(target.missesInRow, DEAD_MISSES - 1) }
}

/** Those that can tell of the line: neither dead by themselves nor impossible to ask. */
export function living(targets: readonly TargetHealth[], settings: HealthSettings): readonly TargetHealth[] {
  return targets.filter(target => target.broken === null && !isDead(target, targets, settings))
}

/** Those whose losses and round trips are the link's own: the living, while there are any. */
export function witnesses(targets: readonly TargetHealth[], settings: HealthSettings): readonly TargetHealth[] {
  const able = living(targets, settings)
  return able.length > 0 ? able : targets
}

/**
 * How long to wait for this target's answer before missing it. A fixed timeout below what the line is known to take is
 * raised to that: every answer would be late, each time a reason for a burst.
 */
export function answerTimeoutMs(
  target: TargetHealth,
  siblings: readonly TargetHealth[],
  { timeoutMs }: Pick<HealthSettings, "timeoutMs">,
): number {
  const expectedMs = expectedTimeoutMs(target, siblings)
  return timeoutMs === "auto" ? (expectedMs ?? INITIAL_TIMEOUT_MS) : Math.max(timeoutMs, expectedMs ?? 0)
}

/**
 * Null: nothing has been measured. A target that has not answered yet is expected to do as well as the best of its
 * siblings, behind the same line: a link may well die before its first round is over. The first ones measured have waited
 * for this process to get going; and a target that is farther away is late, which takes its miss back.
 */
function expectedTimeoutMs({ roundTrips }: TargetHealth, siblings: readonly TargetHealth[]): number | null {
  if (roundTrips !== null) return timeoutFor(roundTrips)
  const known = siblings.flatMap(sibling => (sibling.roundTrips === null ? [] : [timeoutFor(sibling.roundTrips)]))
  return known.length === 0 ? null : Math.min(...known)
}

/** Behind another line they have to be measured anew. */
export function unmeasured(targets: readonly TargetHealth[]): readonly TargetHealth[] {
  return targets.map(target => ({ ...target, roundTrips: null }))
}

/**
 * The time at which `quorum` distinct targets had last all answered: the quorum-th newest answer. A target that cannot be
 * asked is not asked for: that never counts against a link.
 */
export function quorumAnswer(targets: readonly TargetHealth[], quorum: number): number | null {
  const newest = newestAnswer(targets)
  if (quorum === 1 || newest === null) return newest?.lastAnswerMs ?? null
  const askable = targets.filter(target => target.broken === null)
  const needed = Math.min(quorum, askable.length)
  if (needed === 0) return newest.lastAnswerMs
  const answers = askable.map(target => target.lastAnswerMs).filter(ms => ms !== null)
  return answers.sort((a, b) => b - a)[needed - 1] ?? null
}

/** The target that answered last; null: none has. */
export function newestAnswer(targets: readonly TargetHealth[]): TargetHealth | null {
  let newest: TargetHealth | null = null
  for (const target of targets)
    if (target.lastAnswerMs !== null && target.lastAnswerMs > (newest?.lastAnswerMs ?? -Infinity)) newest = target
  return newest
}

/** Over all of a link's targets, each as often as it was asked of late. */
export function lossRatioOf(targets: readonly TargetHealth[]): number {
  const weightOf = ({ judged }: TargetHealth) => Math.min(judged, RECENT)
  const judged = targets.reduce((sum, target) => sum + weightOf(target), 0)
  const lost = targets.reduce((sum, target) => sum + weightOf(target) * target.lossRatio, 0)
  return judged === 0 ? 0 : lost / judged
}

/** The round trips of the nearest of these targets; null: none was measured. */
export function nearestOf(targets: readonly TargetHealth[]): RoundTrips | null {
  const trips = targets.map(({ roundTrips }) => roundTrips).filter(trips => trips !== null)
  return trips.reduce<RoundTrips | null>(
    (best, each) => (best === null || each.srttMs < best.srttMs ? each : best),
    null,
  )
}
