import type { HealthSettings } from "./config.ts"
import type { RoundTrips } from "./rtt.ts"
import { RECENT, type TargetHealth } from "./target.ts"

/**
 * A target counts as dead by itself when it missed this many in a row and fell this far behind its siblings: in time,
 * and in rounds, as each is asked only once a round and so lags behind by nature when the interval is long.
 */
const DEAD_MISSES = 3
const DEAD_LAG_MS = 5000
const DEAD_LAG_ROUNDS = 2

/**
 * One dead target must neither raise an alarm nor waste the probes that settle one. It is dead by itself only while the
 * quorum holds without it: else its silence is the very evidence against the link.
 */
export function isDead(target: TargetHealth, siblings: readonly TargetHealth[], settings: Lagging): boolean {
  return (
    target.missesInRow >= DEAD_MISSES && isBehind(target, quorumAnswer(siblings, settings.quorum), siblings, settings)
  )
}

type Lagging = Pick<HealthSettings, "quorum" | "intervalMs">

/** `answerMs`: the quorum's newest. */
function isBehind(
  { lastAnswerMs }: TargetHealth,
  answerMs: number | null,
  siblings: readonly TargetHealth[],
  { intervalMs }: Lagging,
): boolean {
  if (answerMs === null) return false
  const lagMs = Math.max(DEAD_LAG_MS, DEAD_LAG_ROUNDS * siblings.length * intervalMs)
  return answerMs - (lastAnswerMs ?? -Infinity) > lagMs
}

/** Its misses so far are no reason to hold it for dead: its link was. */
export function undecided(target: TargetHealth): TargetHealth {
  return { ...target, missesInRow: 0 }
}

/** Those that can tell of the line: neither dead by themselves nor impossible to ask. Mostly it is all of them. */
export function living(targets: readonly TargetHealth[], settings: HealthSettings): readonly TargetHealth[] {
  if (targets.every(isWell)) return targets
  const answerMs = quorumAnswer(targets, settings.quorum)
  const isAble = (target: TargetHealth) =>
    target.broken === null && (isWell(target) || !isBehind(target, answerMs, targets, settings))
  return targets.every(isAble) ? targets : targets.filter(isAble)
}

function isWell({ broken, missesInRow }: TargetHealth): boolean {
  return broken === null && missesInRow < DEAD_MISSES
}

/** Those whose losses and round trips are the link's own: the living, while there are any. */
export function witnesses(targets: readonly TargetHealth[], settings: HealthSettings): readonly TargetHealth[] {
  const able = living(targets, settings)
  return able.length > 0 ? able : targets
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
