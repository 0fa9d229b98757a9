import type { HealthSettings } from "./config.ts"
import { reuseMs } from "./damping.ts"
import { hasEnded } from "./interruption.ts"
import type { LinkHealth } from "./link-health.ts"
import { stepEndMs } from "./slow-start.ts"
import { probesToConfirm } from "./suspicion.ts"

/** A change that is under way. */
export type Pending =
  | { readonly to: "down"; readonly forMs: number; readonly unanswered: number; readonly needed: number }
  | { readonly to: "up"; readonly forMs: number; readonly neededMs: number }
  /** It was interrupted, and goes on with its first answer, should that come in time; else it has to prove itself. */
  | { readonly to: "resume"; readonly leftMs: number }
  /** It is up, and gets more of its share then; a damped one gets none until then. */
  | { readonly to: "more"; readonly inMs: number; readonly damped: boolean }

/** Null: nothing is. */
export function pendingOf(link: LinkHealth, settings: HealthSettings, nowMs: number): Pending | null {
  if (link.suspicion !== null) {
    const { sinceMs, lost } = link.suspicion
    return { to: "down", forMs: nowMs - sinceMs, unanswered: lost, needed: probesToConfirm(link.suspicion, settings) }
  }
  if (link.recovery !== null) return { to: "up", forMs: nowMs - link.recovery.sinceMs, neededMs: settings.upAfterMs }
  return link.state === "down" ? pendingAnswer(link, nowMs) : pendingShare(link, settings, nowMs)
}

function pendingAnswer({ interruption }: LinkHealth, nowMs: number): Pending | null {
  if (interruption === null || hasEnded(interruption, nowMs)) return null
  return { to: "resume", leftMs: interruption.untilMs - nowMs }
}

function pendingShare({ damping, slowStart }: LinkHealth, settings: HealthSettings, nowMs: number): Pending | null {
  if (damping.isDamped) return { to: "more", inMs: reuseMs(damping, settings) - nowMs, damped: true }
  return slowStart === null ? null : { to: "more", inMs: stepEndMs(slowStart, settings) - nowMs, damped: false }
}
