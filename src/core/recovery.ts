import type { HealthSettings } from "./config.ts"
import type { TargetHealth } from "./target.ts"
import { quorumAnswer } from "./targets.ts"

/** A dead link answers again. */
export interface Recovery {
  /** Since when. */
  readonly sinceMs: number
  /** It still answered `downAfter` later: not proven, but better than links that do not. */
  readonly isSteady: boolean
  /** What its targets had judged and lost before. */
  readonly before: Tally
}

/** Probes judged, and those of them that were lost. */
export interface Tally {
  readonly judged: number
  readonly lost: number
}

interface Recovering {
  readonly sinceMs: number
  readonly watchedSinceMs: number
  readonly targets: readonly TargetHealth[]
  readonly recovery: Recovery | null
}

/** Recovery starts with the first answer after the verdict, or after the obstacle went away. */
export function recoveryOf(link: Recovering, settings: HealthSettings): Recovery | null {
  const recovery = link.recovery ?? begun(link, settings)
  if (recovery === null || recovery.isSteady) return recovery
  const answerMs = quorumAnswer(link.targets, settings.quorum) ?? -Infinity
  return answerMs < recovery.sinceMs + settings.downAfterMs ? recovery : { ...recovery, isSteady: true }
}

function begun(link: Recovering, settings: HealthSettings): Recovery | null {
  const answerMs = quorumAnswer(link.targets, settings.quorum)
  const hasAnswered = answerMs !== null && answerMs > Math.max(link.sinceMs, link.watchedSinceMs)
  return hasAnswered ? { sinceMs: answerMs, isSteady: false, before: tallyOf(link.targets) } : null
}

export function tallyOf(targets: readonly TargetHealth[]): Tally {
  return {
    judged: targets.reduce((sum, { judged }) => sum + judged, 0),
    lost: targets.reduce((sum, { lost }) => sum + lost, 0),
  }
}

export function tallySince({ before }: Recovery, targets: readonly TargetHealth[]): Tally {
  const { judged, lost } = tallyOf(targets)
  return { judged: judged - before.judged, lost: Math.max(0, lost - before.lost) }
}
