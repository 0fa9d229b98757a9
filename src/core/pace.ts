import type { HealthSettings } from "./config.ts"
import { reuseMs } from "./damping.ts"
import { obstacle } from "./facts.ts"
import { isBlind, type LinkHealth } from "./link-health.ts"
import { stepEndMs } from "./slow-start.ts"
import { confirmPaceMs, suspicionPaceMs } from "./suspicion.ts"
import { silenceDueMs } from "./verdict.ts"

/** Losses that follow one another closely are one trouble: what measures them keeps more of a distance than a burst. */
const MEASURING_PACE = 1.5

/**
 * Why a link is probed at its pace. `confirm`: a suspicion is being settled, this link's or another's; `measure`: its losses
 * are; `spent`: neither, though they may be undecided, since they have cost too much; `blind`: nothing can be asked.
 */
type PaceReason = "usual" | "confirm" | "measure" | "spent" | "blind"

export interface Probing {
  readonly everyMs: number
  readonly why: PaceReason
}

export function probingOf(link: LinkHealth, settings: HealthSettings): Probing {
  return { everyMs: paceMs(link, settings), why: paceReason(link) }
}

/** A pending change is probed faster until it settles; a prober that cannot ask would settle nothing by asking faster. */
export function paceMs(link: LinkHealth, settings: HealthSettings): number {
  const why = paceReason(link)
  if (why === "confirm")
    return link.suspicion === null ? confirmPaceMs(settings) : suspicionPaceMs(link.suspicion, settings)
  if (why === "measure") return Math.min(settings.intervalMs, MEASURING_PACE * confirmPaceMs(settings))
  return settings.intervalMs
}

function paceReason(link: LinkHealth): PaceReason {
  const { measuring } = link.quality
  if (isBlind(link.targets)) return "blind"
  if (measuring.isSpent) return "spent"
  if (link.suspicion !== null || link.isCalled || isAwaited(link)) return "confirm"
  return measuring.isOn ? "measure" : "usual"
}

/** It was interrupted, and nothing but an answer is missing now. */
function isAwaited({ state, interruption, facts }: LinkHealth): boolean {
  return state === "down" && interruption !== null && facts !== null && obstacle(facts) === null
}

/** The next moment at which time alone could change this link; null: never. */
export function deadlineMs(link: LinkHealth, settings: HealthSettings): number | null {
  const { damping, slowStart, interruption } = link
  const nextMs = Math.min(
    pendingMs(link, settings) ?? Infinity,
    damping.isDamped ? reuseMs(damping, settings) : Infinity,
    slowStart === null ? Infinity : stepEndMs(slowStart, settings),
    interruption?.untilMs ?? Infinity,
  )
  return nextMs === Infinity ? null : nextMs
}

function pendingMs(link: LinkHealth, settings: HealthSettings): number | null {
  if (link.suspicion !== null) return silenceDueMs(link, settings)
  return link.recovery === null ? null : link.recovery.sinceMs + settings.upAfterMs
}
