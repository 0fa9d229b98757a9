import type { HealthSettings } from "./config.ts"
import { ENOUGH_NATS } from "./cusum.ts"
import type { LinkStateName } from "./link-state.ts"
import type { Quality } from "./quality.ts"
import { lossRatio, quorumAnswer, rttSummary, type TargetHealth } from "./target.ts"

/** What decided a change of state, with the thresholds it was held against: the answer to "why?". */
export interface Evidence {
  /** Probes judged since the last answer (to down) or since answers resumed (to up). */
  readonly probesSent: number
  readonly probesLost: number
  /** Time since enough targets last answered; null: they never did. */
  readonly silenceMs: number | null
  /** Time since users' traffic last got on while no probe was answered; null: it never did, or nobody had to look. */
  readonly trafficMs: number | null
  readonly lossRatio: number
  readonly rttMs: number | null
  /** Distinct targets that answer now. */
  readonly answering: number
  /** How much of the evidence that it takes to be degraded there is, 0..1. */
  readonly evidenceOfLoss: number
  readonly evidenceOfSlowness: number
  readonly thresholds: Thresholds
}

interface Thresholds {
  readonly downAfterMs: number
  readonly upAfterMs: number
  readonly quorum: number
  readonly lossRatio: number
  readonly rttMs: number
}

/** What the evidence is taken from: a part of `LinkHealth`. */
interface Witnesses {
  readonly state: LinkStateName
  readonly targets: readonly TargetHealth[]
  readonly watchedSinceMs: number
  readonly movedMs: number | null
  readonly recoverySinceMs: number | null
  readonly quality: Quality
}

export function evidenceOf(link: Witnesses, settings: HealthSettings, atMs: number): Evidence {
  const { downAfterMs, upAfterMs, quorum, degraded } = settings
  const silentSince = silentSinceMs(link, settings)
  const since = evidenceSinceMs(link, settings)
  const recent = link.targets.flatMap(target => target.recent.filter(sample => sample.sentMs >= since))
  const rtts = link.targets.map(target => rttSummary(target).rttMs).filter(ms => ms !== null)
  return {
    probesSent: recent.length,
    probesLost: recent.filter(sample => sample.isLost).length,
    silenceMs: quorumAnswer(link.targets, quorum) === null ? null : atMs - silentSince,
    trafficMs: link.movedMs === null ? null : atMs - link.movedMs,
    lossRatio: lossRatio(link.targets),
    rttMs: rtts.length === 0 ? null : Math.min(...rtts),
    answering: link.targets.filter(isAnswering).length,
    evidenceOfLoss: link.quality.lossNats / ENOUGH_NATS,
    evidenceOfSlowness: link.quality.slowNats / ENOUGH_NATS,
    thresholds: { downAfterMs, upAfterMs, quorum, lossRatio: degraded.lossRatio, rttMs: degraded.rttMs },
  }
}

/** What speaks for "up" came since answers resumed, what speaks for "down" since they ended. */
function evidenceSinceMs(link: Witnesses, settings: HealthSettings): number {
  if (link.state === "unknown") return link.watchedSinceMs
  return (link.state === "down" ? link.recoverySinceMs : null) ?? silentSinceMs(link, settings)
}

function isAnswering({ missesInRow, lastAnswerMs, broken }: TargetHealth): boolean {
  return missesInRow === 0 && lastAnswerMs !== null && broken === null
}

/** Since when fewer targets than the quorum have answered, or since watching began. */
export function silentSinceMs(link: Pick<Witnesses, "targets" | "watchedSinceMs">, settings: HealthSettings): number {
  return Math.max(quorumAnswer(link.targets, settings.quorum) ?? -Infinity, link.watchedSinceMs)
}

/** Since when neither the targets nor users' traffic have shown any life. */
export function lifelessSinceMs(
  link: Pick<Witnesses, "targets" | "watchedSinceMs" | "movedMs">,
  settings: HealthSettings,
): number {
  return Math.max(silentSinceMs(link, settings), link.movedMs ?? -Infinity)
}
