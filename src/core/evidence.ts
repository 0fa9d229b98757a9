import type { HealthSettings } from "./config.ts"
import { ENOUGH_NATS } from "./cusum.ts"
import type { LinkStateName } from "./link-state.ts"
import type { Quality } from "./quality.ts"
import { tallyOfLoss } from "./loss.ts"
import { tallyOf, tallySince, type Recovery, type Tally } from "./recovery.ts"
import { rttLimitMs } from "./slowness.ts"
import type { Suspicion } from "./suspicion.ts"
import type { TargetHealth } from "./target.ts"
import { lossRatioOf, nearestOf, quorumAnswer, witnesses } from "./targets.ts"

/** What decided a change of state, with the thresholds it was held against: the answer to "why?". */
export interface Evidence {
  /** Probes judged since the first miss (to down), since answers resumed (to up) or since loss began (to degraded). */
  readonly probesSent: number
  readonly probesLost: number
  /** Time since enough targets last answered; null: they never did. */
  readonly silenceMs: number | null
  /** Time since users' traffic last got on while no probe was answered; null: it never did, or nobody had to look. */
  readonly trafficMs: number | null
  /** Of the targets that can tell of the line: those that are dead by themselves or cannot be asked are left out. */
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
  /** The setting, or twice the line's own where that is more (core/slowness.ts). */
  readonly rttMs: number
}

/** What the evidence is taken from: a part of `LinkHealth`. */
interface Watched {
  readonly state: LinkStateName
  readonly targets: readonly TargetHealth[]
  readonly watchedSinceMs: number
  readonly movedMs: number | null
  readonly suspicion: Suspicion | null
  readonly recovery: Recovery | null
  readonly quality: Quality
}

export function evidenceOf(link: Watched, settings: HealthSettings, atMs: number): Evidence {
  const { targets, quality } = link
  const { downAfterMs, upAfterMs, quorum, degraded } = settings
  const able = witnesses(targets, settings)
  const { judged, lost } = tally(link, able)
  const nearest = nearestOf(able)
  const rttLimit = nearest === null ? degraded.rttMs : rttLimitMs(nearest, settings)
  return {
    probesSent: judged,
    probesLost: lost,
    silenceMs: quorumAnswer(targets, quorum) === null ? null : atMs - silentSinceMs(link, settings),
    trafficMs: link.movedMs === null ? null : atMs - link.movedMs,
    lossRatio: lossRatioOf(able),
    rttMs: nearest?.srttMs ?? null,
    answering: targets.filter(isAnswering).length,
    evidenceOfLoss: quality.loss.nats / ENOUGH_NATS,
    evidenceOfSlowness: quality.slowness.nats / ENOUGH_NATS,
    thresholds: { downAfterMs, upAfterMs, quorum, lossRatio: degraded.lossRatio, rttMs: rttLimit },
  }
}

/** What speaks for "up" came since answers resumed, what speaks for "down" since they ended, for "degraded" since the first loss. */
function tally({ state, targets, suspicion, recovery, quality }: Watched, able: readonly TargetHealth[]): Tally {
  if (state === "unknown") return tallyOf(targets)
  if (recovery !== null) return tallySince(recovery, targets)
  if (suspicion !== null) return { judged: suspicion.lost + 1, lost: suspicion.lost + 1 }
  if (state !== "down") return tallyOfLoss(quality.loss, targets, able)
  const missed = able.reduce((sum, { missesInRow }) => sum + missesInRow, 0)
  return { judged: missed, lost: missed }
}

function isAnswering({ missesInRow, lastAnswerMs, broken }: TargetHealth): boolean {
  return missesInRow === 0 && lastAnswerMs !== null && broken === null
}

/** Since when fewer targets than the quorum have answered, or since watching began. */
export function silentSinceMs(link: Pick<Watched, "targets" | "watchedSinceMs">, settings: HealthSettings): number {
  return Math.max(quorumAnswer(link.targets, settings.quorum) ?? -Infinity, link.watchedSinceMs)
}

/** Since when neither the targets nor users' traffic have shown any life. */
export function lifelessSinceMs(
  link: Pick<Watched, "targets" | "watchedSinceMs" | "movedMs">,
  settings: HealthSettings,
): number {
  return Math.max(silentSinceMs(link, settings), link.movedMs ?? -Infinity)
}
