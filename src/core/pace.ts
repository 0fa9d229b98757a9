import type { HealthSettings } from "./config.ts"
import { reuseMs } from "./damping.ts"
import { isBlind, type LinkHealth } from "./link-health.ts"
import { stepEndMs } from "./slow-start.ts"
import { confirmPaceMs } from "./suspicion.ts"
import { silenceDueMs } from "./verdict.ts"

/** Losses that follow one another closely are one trouble: what measures them keeps more of a distance than a burst. */
const MEASURING_PACE = 1.5

/** A pending change is probed faster until it settles; a prober that cannot ask would settle nothing by asking faster. */
export function paceMs(link: LinkHealth, settings: HealthSettings): number {
  const { measuring } = link.quality
  if (isBlind(link.targets) || measuring.isSpent) return settings.intervalMs
  if (link.suspicion !== null || link.isCalled) return confirmPaceMs(settings)
  if (measuring.isOn) return Math.min(settings.intervalMs, MEASURING_PACE * confirmPaceMs(settings))
  return settings.intervalMs
}

/** The next moment at which time alone could change this link; null: never. */
export function deadlineMs(link: LinkHealth, settings: HealthSettings): number | null {
  const { damping, slowStart } = link
  const nextMs = Math.min(
    pendingMs(link, settings) ?? Infinity,
    damping.isDamped ? reuseMs(damping, settings) : Infinity,
    slowStart === null ? Infinity : stepEndMs(slowStart, settings),
  )
  return nextMs === Infinity ? null : nextMs
}

function pendingMs(link: LinkHealth, settings: HealthSettings): number | null {
  if (link.suspicion !== null) return silenceDueMs(link, settings)
  return link.recovery === null ? null : link.recovery.sinceMs + settings.upAfterMs
}
