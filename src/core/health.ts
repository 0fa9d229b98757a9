import type { HealthSettings } from "./config.ts"
import { relax } from "./damping.ts"
import { obstacle, type Facts } from "./facts.ts"
import { isBlind, startOver, withTargets, type LinkHealth } from "./link-health.ts"
import type { ProbeResult } from "./outcome.ts"
import { isAtRest, observeQuality, type Quality } from "./quality.ts"
import { beginSlowly, goOn, startShare } from "./slow-start.ts"
import { isDeadProbe, suspect } from "./suspicion.ts"
import { observe, wasMissed, type TargetHealth } from "./target.ts"
import { verdict } from "./verdict.ts"

/** One answer or miss. */
export function onProbe(link: LinkHealth, result: ProbeResult, settings: HealthSettings): LinkHealth {
  const index = link.targets.findIndex(({ probe }) => probe === result.probe)
  const before = link.targets[index]
  if (before === undefined) return link
  const target = observe(before, result)
  const targets = link.targets.with(index, target)
  if (result.outcome.kind === "reply" && isCalm(link, target, settings)) return withTargets(link, targets)

  const suspicion = suspect({ ...link, targets }, result, settings)
  const quality = qualityAfter(link, targets, index, result, settings)
  const seen = { ...link, targets, suspicion, suspectedMs: suspicion?.sinceMs ?? link.suspectedMs, quality }
  const isLost = link.state === "down" && isBlind(targets)
  return judge(isLost ? startOver(seen, result.atMs) : seen, settings, result.atMs)
}

/** In full service and beyond doubt: its next good answer is no news. */
function isCalm(link: LinkHealth, target: TargetHealth, settings: HealthSettings): boolean {
  const isServing = link.state === "up" && link.slowStart === null && !link.damping.isDamped
  return isServing && link.suspicion === null && isAtRest(link.quality, target, settings)
}

/** A dead link has no quality until it begins to answer, and a dead target says nothing of it. */
function qualityAfter(
  link: LinkHealth,
  targets: readonly TargetHealth[],
  index: number,
  result: ProbeResult,
  settings: HealthSettings,
): Quality {
  const before = link.targets[index]
  const isAsked = link.state !== "down" || link.recovery !== null
  if (before === undefined || !isAsked || isDeadProbe(targets, result.probe, settings)) return link.quality
  const isTakenBack = result.outcome.kind === "reply" && wasMissed(before, result.sentMs)
  return observeQuality(link.quality, targets, index, result, isTakenBack, settings)
}

/** What the kernel says. */
export function onFacts(link: LinkHealth, facts: Facts, settings: HealthSettings, atMs: number): LinkHealth {
  const before = link.facts === null ? null : obstacle(link.facts)
  const isFree = before !== null && obstacle(facts) === null
  const fresh = isFree ? { ...startOver(link, atMs), reason: `${before} until now; waiting for answers` } : link
  return judge({ ...fresh, facts }, settings, atMs)
}

/** Applies whatever time alone decides. */
export function judge(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const judged = verdict(link, settings, atMs)
  const damping = relax(judged.damping, settings, atMs)
  const slowStart = goOn(judged.slowStart, settings, atMs)
  const share = shareOf({ ...judged, damping, slowStart }, settings)
  const isSame = share === judged.share && damping === judged.damping && slowStart === judged.slowStart
  return isSame ? judged : { ...judged, damping, slowStart, share }
}

function shareOf({ state, damping, slowStart }: LinkHealth, { degraded }: HealthSettings): number {
  if (damping.isDamped) return 0
  if (state === "down") return startShare(beginSlowly(0))
  return startShare(slowStart) * (state === "degraded" ? degraded.share : 1)
}
