import type { HealthSettings } from "./config.ts"
import { relax, type Damping } from "./damping.ts"
import { obstacle, type Facts } from "./facts.ts"
import { hasEnded, prolong } from "./interruption.ts"
import { isBlind, startOver, withNews, type LinkHealth } from "./link-health.ts"
import type { LinkStateName } from "./link-state.ts"
import { tellsOfLoss, type ProbeResult } from "./outcome.ts"
import { atRest, isAtRest, observeQuality, type Quality } from "./quality.ts"
import { beginSlowly, FIRST_SHARE, goOn, startShare, type SlowStart } from "./slow-start.ts"
import { suspect } from "./suspicion.ts"
import { observe, wasMissed, type TargetHealth } from "./target.ts"
import { isDead, unmeasured } from "./targets.ts"
import { verdict } from "./verdict.ts"

/** One answer or miss. */
export function onProbe(link: LinkHealth, told: ProbeResult, settings: HealthSettings): LinkHealth {
  const isStale = isOfInterruption(link, told)
  const result = isStale ? untimed(told) : told
  const index = link.targets.findIndex(({ probe }) => probe === result.probe)
  const before = link.targets[index]
  if (before === undefined) return link
  const target = observe(before, result)
  const targets = link.targets.with(index, target)
  const { suspicion, quality } = link
  if (isGoodNews(result) && isCalm(link, target, settings))
    return withNews(link, { targets, suspicion, quality: atRest(quality, result.sentMs, settings) })

  // A dead target says nothing of its link.
  const isTelling = !isStale && !isDead(target, targets, settings)
  const seen = withNews(link, {
    targets,
    suspicion: isTelling ? suspect(link, targets, result, settings) : suspicion,
    quality: isTelling ? qualityAfter(link, targets, index, result, settings) : quality,
  })
  const isLost = link.state === "down" && isBlind(targets)
  return judge(isLost ? startOver(seen, result.atMs) : seen, settings, result.atMs)
}

/**
 * What was sent before the link was back says nothing of how well it answers since. The kernel takes packets as soon as
 * there is a carrier, and lets them go up to a second later (linkwatch_do_dev in net/core/link_watch.c), or once ARP is done.
 */
function isOfInterruption({ interruption, state, sinceMs }: LinkHealth, { sentMs }: ProbeResult): boolean {
  return interruption !== null && (state === "down" || sentMs < sinceMs)
}

function untimed(result: ProbeResult): ProbeResult {
  return result.outcome.kind === "reply" ? { ...result, outcome: { ...result.outcome, rttMs: null } } : result
}

function isGoodNews({ outcome }: ProbeResult): boolean {
  return outcome.kind === "reply" && !tellsOfLoss(outcome)
}

/** In full service and beyond doubt: its next good answer is no news. */
function isCalm(link: LinkHealth, target: TargetHealth, settings: HealthSettings): boolean {
  const isServing = link.state === "up" && link.slowStart === null && !link.damping.isDamped
  return isServing && link.suspicion === null && isAtRest(link.quality, target, settings)
}

/** A dead link has no quality until it begins to answer. */
function qualityAfter(
  link: LinkHealth,
  targets: readonly TargetHealth[],
  index: number,
  result: ProbeResult,
  settings: HealthSettings,
): Quality {
  const before = link.targets[index]
  const isAsked = link.state !== "down" || link.recovery !== null
  if (before === undefined || !isAsked) return link.quality
  return observeQuality(link.quality, targets, index, result, wasMissed(before, result.sentMs), settings)
}

/** What the kernel says. */
export function onFacts(link: LinkHealth, facts: Facts, settings: HealthSettings, atMs: number): LinkHealth {
  const before = link.facts === null ? null : obstacle(link.facts)
  const isFree = before !== null && obstacle(facts) === null
  const fresh = isFree ? released(link, `${before} until now; waiting for answers`, settings, atMs) : link
  const targets = isSameLine(link.facts, facts) ? fresh.targets : unmeasured(fresh.targets)
  return judge({ ...fresh, targets, facts }, settings, atMs)
}

function released(link: LinkHealth, reason: string, { downAfterMs }: HealthSettings, atMs: number): LinkHealth {
  return { ...startOver(link, atMs), reason, interruption: prolong(link.interruption, downAfterMs, atMs) }
}

/** Another address or next hop, or an interface made again, may lead over another line. */
function isSameLine(before: Facts | null, { index, address, gateway }: Facts): boolean {
  return before === null || (before.index === index && before.address === address && before.gateway === gateway)
}

/** Applies whatever time alone decides. */
export function judge(link: LinkHealth, settings: HealthSettings, atMs: number): LinkHealth {
  const isOver = link.interruption !== null && hasEnded(link.interruption, atMs)
  const judged = verdict(isOver ? { ...link, interruption: null } : link, settings, atMs)
  const damping = relax(judged.damping, settings, atMs)
  const isReleased = judged.damping.isDamped && !damping.isDamped && judged.state !== "down"
  const slowStart = isReleased ? beginSlowly(atMs) : goOn(judged.slowStart, settings, atMs)
  const share = shareOf(judged.state, damping, slowStart, settings)
  const isSame = share === judged.share && damping === judged.damping && slowStart === judged.slowStart
  return isSame ? judged : { ...judged, damping, slowStart, share }
}

function shareOf(
  state: LinkStateName,
  { isDamped }: Damping,
  slowStart: SlowStart | null,
  { degraded }: HealthSettings,
): number {
  if (isDamped) return 0
  if (state === "down") return FIRST_SHARE
  return startShare(slowStart) * (state === "degraded" ? degraded.share : 1)
}
