import type { HealthSettings } from "./config.ts"
import { charge } from "./damping.ts"
import { evidenceOf, lifelessSinceMs, silentSinceMs } from "./evidence.ts"
import { obstacle, type Obstacle } from "./facts.ts"
import { interrupt, prolong, resumed, type Interruption } from "./interruption.ts"
import { startOver, type LinkHealth } from "./link-health.ts"
import type { LinkStateName } from "./link-state.ts"
import { isWrong, lossWords } from "./outcome.ts"
import { forget, isGood, qualityReason } from "./quality.ts"
import { recoveryOf, type Recovery } from "./recovery.ts"
import { beginSlowly } from "./slow-start.ts"
import { neededSilenceMs, provenMs } from "./suspicion.ts"
import { quorumAnswer, undecided } from "./targets.ts"

/** The link in the state that its facts, its silence and its answers put it into by now. */
export function verdict(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const stuck = link.facts === null ? null : obstacle(link.facts)
  if (stuck !== null) return link.reason === stuck ? link : onObstacle(link, stuck, settings, atMs)
  if (link.targets.length === 0) return onView(link, settings, atMs)
  if (atMs >= (silenceDueMs(link, settings) ?? Infinity)) return onSilence(link, settings, atMs)
  if (link.state === "unknown") return onFirstAnswer(link, settings, atMs)
  return link.state === "down" ? onRecovery(link, settings, atMs) : onQuality(link, settings, atMs)
}

/** When the silence of this link will have taken it down, if it stays; null: it is not proven. */
export function silenceDueMs(link: LinkHealth, settings: HealthSettings): number | null {
  const { suspicion } = link
  const proven = suspicion === null ? null : provenMs(suspicion, link.targets)
  if (suspicion === null || proven === null) return null
  return Math.max(proven, lifelessSinceMs(link, settings) + neededSilenceMs(suspicion, settings))
}

function onObstacle(link: LinkHealth, stuck: Obstacle, settings: HealthSettings, atMs: number): LinkHealth {
  const interruption = isInService(link) ? interrupt(link, stuck, settings, atMs) : link.interruption
  return { ...enter(link, "down", stuck, settings, atMs), interruption }
}

function onSilence(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  if (link.state === "down") return startOver(link, atMs)
  const who = settings.quorum === 1 ? "no target" : `fewer than ${settings.quorum} targets`
  const hint = link.suspicion?.hintedBy == null ? "" : `; ${link.suspicion.hintedBy} had seen its line fail`
  const silence = seconds(atMs - silentSinceMs(link, settings))
  const wrong = link.targets.flatMap(({ loss }) => (loss !== null && isWrong(loss) ? (lossWords(loss) ?? []) : []))
  const what = wrong[0] === undefined ? `answered for ${silence}` : `answered as it should for ${silence}: ${wrong[0]}`
  const reason = `${who} ${what}${hint}`
  return enter(link, "down", reason, settings, atMs)
}

/** A link that nobody here asks is as the router that it follows sees its line. */
function onView(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const { state, reason } = link.view ?? UNSEEN
  return state === link.state && reason === link.reason ? link : enter(link, state, reason, settings, atMs)
}

const UNSEEN = { state: "unknown", reason: "it has no probes, and no other router tells of its line" } as const

function onFirstAnswer(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  if (quorumAnswer(link.targets, settings.quorum) === null) return link
  return enter(link, "up", "its targets answer", settings, atMs)
}

function onRecovery(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const recovery = recoveryOf(link, settings)
  const recovering = recovery === link.recovery ? link : answering(link, recovery)
  if (recovery === null || link.suspicion !== null || isStale(link, settings, atMs)) return recovering
  if (link.interruption !== null) return goOn(recovering, link.interruption, settings, atMs)
  const provenMs = atMs - recovery.sinceMs
  if (provenMs < settings.upAfterMs) return recovering
  const damped = link.damping.isDamped ? "; damped, for it went down too often" : ""
  const back = enter(recovering, "up", `its targets answered for ${seconds(provenMs)}${damped}`, settings, atMs)
  return { ...back, slowStart: beginSlowly(atMs) }
}

/** As if nothing had been, but for what is only done when a link is proven. */
function goOn(link: LinkHealth, interruption: Interruption, settings: HealthSettings, atMs: number): LinkHealth {
  const up = enter(link, "up", `its targets answer again after an interruption: ${interruption.by}`, settings, atMs)
  const proven = prolong(interruption, settings.upAfterMs, atMs)
  return { ...up, ...resumed(interruption, link.damping), interruption: proven }
}

/** While nothing answered, targets that had answered last a moment apart have come to look as if one of them were dead. */
function answering(link: LinkHealth, recovery: Recovery | null): LinkHealth {
  const targets = link.recovery === null ? link.targets.map(undecided) : link.targets
  return { ...link, recovery, targets }
}

/** Of a link that is suspected to be silent, that is the question; how well it answers comes after it. */
function onQuality(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const state = isGood(link.quality) ? "up" : "degraded"
  if (link.suspicion !== null || state === link.state) return link
  return enter(link, state, qualityReason(link.quality, link.targets, settings), settings, atMs)
}

/** A clock that ran on while this process stood still proves nothing: the next answer decides. Each round asks every target once. */
function isStale(link: LinkHealth, settings: HealthSettings, atMs: number): boolean {
  const roundMs = link.targets.length * settings.intervalMs
  return atMs - silentSinceMs(link, settings) > settings.downAfterMs + roundMs
}

export function enter(
  link: LinkHealth,
  state: LinkStateName,
  reason: string,
  settings: HealthSettings,
  atMs: number,
): LinkHealth {
  const evidence = evidenceOf(link, settings, atMs)
  const sinceMs = link.state === state ? link.sinceMs : atMs
  const settled = { ...link, state, reason, evidence, sinceMs, suspicion: null, recovery: null }
  return state === "down" ? { ...settled, ...afterFailure(link, settings, atMs) } : settled
}

/** Only a link that was in service has failed. */
function afterFailure(link: LinkHealth, settings: HealthSettings, atMs: number) {
  return {
    quality: forget(link.quality),
    slowStart: null,
    interruption: null,
    damping: isInService(link) ? charge(link.damping, settings, atMs) : link.damping,
  }
}

function isInService({ state }: LinkHealth): boolean {
  return state === "up" || state === "degraded"
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
