import type { HealthSettings } from "./config.ts"
import { CALM, type Damping } from "./damping.ts"
import { evidenceOf, type Evidence } from "./evidence.ts"
import type { Facts } from "./facts.ts"
import type { Interruption } from "./interruption.ts"
import type { LinkStateName } from "./link-state.ts"
import { forget, GOOD, withTargets, type Quality } from "./quality.ts"
import type { Recovery } from "./recovery.ts"
import type { SlowStart } from "./slow-start.ts"
import type { Suspicion } from "./suspicion.ts"
import { newTarget, type TargetHealth } from "./target.ts"

/**
 * The health of one link: `unknown → up → down → up`, with `degraded` beside `up`.
 *
 * Down: no answer for `downAfter`, nor users' traffic that gets on, and a burst of probes that were all sent after the
 * first miss stayed unanswered too.
 * Up again: answers for `upAfter`. Degraded: it answers, but the evidence of loss or slowness is beyond the settings.
 * All are pending changes first (`suspicion`, `recovery`, `quality`); what is undecided is probed faster until it
 * settles. All times are monotonic milliseconds and arrive with the data.
 */
export interface LinkHealth {
  readonly name: string
  readonly state: LinkStateName
  readonly sinceMs: number
  readonly reason: string
  /** What decided the last change of state. */
  readonly evidence: Evidence
  readonly facts: Facts | null
  readonly targets: readonly TargetHealth[]
  /** Silence is counted from here while nothing has answered yet. */
  readonly watchedSinceMs: number
  /** When users' traffic last spoke against a suspicion; null: it never did. */
  readonly movedMs: number | null
  readonly suspicion: Suspicion | null
  /** When the last suspicion began, also after its verdict; null: there was none. */
  readonly suspectedMs: number | null
  /** When another router's hint last raised or strengthened a suspicion; null: none has. */
  readonly hintedMs: number | null
  /** What the router that this one follows sees; only of links without targets. */
  readonly view: View | null
  /** Another link is about to be called dead, and this one has not answered since that began: it is asked at once. */
  readonly isCalled: boolean
  /** Null: it is not down, or it is not answering. */
  readonly recovery: Recovery | null
  /** Null: nothing has interrupted it lately, or that was an outage. */
  readonly interruption: Interruption | null
  readonly quality: Quality
  readonly damping: Damping
  /** Null: it may carry all of its share. */
  readonly slowStart: SlowStart | null
  /** The part (0..1) of its weight that new flows get now, or that it comes back with; 0: damped. */
  readonly share: number
}

/** A link as another router sees its line. */
export interface View {
  readonly state: LinkStateName
  readonly reason: string
}

export function newLink(name: string, probes: readonly string[], settings: HealthSettings, atMs: number): LinkHealth {
  const pending = { suspicion: null, recovery: null, quality: GOOD }
  const start = {
    state: "unknown",
    targets: probes.map(newTarget),
    watchedSinceMs: atMs,
    movedMs: null,
    ...pending,
  } as const
  return {
    ...start,
    name,
    sinceMs: atMs,
    reason: "not probed yet",
    evidence: evidenceOf(start, settings, atMs),
    facts: null,
    suspectedMs: null,
    hintedMs: null,
    view: null,
    isCalled: false,
    interruption: null,
    damping: CALM,
    slowStart: null,
    share: 1,
  }
}

/** A link that was known dead before this agent started: it must prove itself like any other dead link. */
export function knownDead(link: LinkHealth, reason: string): LinkHealth {
  return { ...link, state: "down", reason }
}

/** Nothing that was seen before this moment says anything about the link from now on. */
export function startOver(link: LinkHealth, atMs: number): LinkHealth {
  return { ...link, watchedSinceMs: atMs, suspicion: null, recovery: null, quality: forget(link.quality) }
}

/** The same link, named and asked as `fresh` is: what is known of targets that stay is kept, and nothing is held against new ones. */
export function retarget(link: LinkHealth, fresh: LinkHealth): LinkHealth {
  const indices = fresh.targets.map(({ probe }) => link.targets.findIndex(target => target.probe === probe))
  const isSame = indices.length === link.targets.length && indices.every((index, i) => index === i)
  if (isSame) return link.name === fresh.name ? link : { ...link, name: fresh.name }
  const targets = fresh.targets.map((target, i) => link.targets[indices[i] ?? -1] ?? target)
  const quality = withTargets(link.quality, indices)
  return {
    ...link,
    name: fresh.name,
    targets,
    quality,
    watchedSinceMs: fresh.watchedSinceMs,
    suspicion: null,
    recovery: null,
  }
}

/** Nothing can be asked at all. A link that nobody watches does not prove itself meanwhile. */
export function isBlind(targets: readonly TargetHealth[]): boolean {
  return targets.every(target => target.broken !== null)
}

/** What one probe can change of a link by itself. */
type News = Pick<LinkHealth, "targets" | "suspicion" | "quality">

/** Spelled out: V8 copies so many fields twenty times as fast as it spreads them, and this is done for every probe. */
export function withNews(link: LinkHealth, { targets, suspicion, quality }: News): LinkHealth {
  return {
    name: link.name,
    state: link.state,
    sinceMs: link.sinceMs,
    reason: link.reason,
    evidence: link.evidence,
    facts: link.facts,
    targets,
    watchedSinceMs: link.watchedSinceMs,
    movedMs: link.movedMs,
    suspicion,
    suspectedMs: suspicion?.sinceMs ?? link.suspectedMs,
    hintedMs: link.hintedMs,
    view: link.view,
    isCalled: link.isCalled,
    recovery: link.recovery,
    interruption: link.interruption,
    quality,
    damping: link.damping,
    slowStart: link.slowStart,
    share: link.share,
  }
}
