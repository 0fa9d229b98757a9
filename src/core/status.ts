import type { HealthSettings, LinkConfig } from "./config.ts"
import { reuseMs } from "./damping.ts"
import { evidenceOf } from "./evidence.ts"
import type { LinkHealth } from "./link-health.ts"
import { isWrong, lossWords } from "./outcome.ts"
import { pendingOf } from "./pending.ts"
import type { Peer, Peers } from "./peers.ts"
import { probingOf } from "./pace.ts"
import { sharesOf } from "./plan.ts"
import type {
  Explanation,
  FamilyExplanation,
  FamilyStatus,
  LinkStatus,
  PeerStatus,
  Status,
  TargetStatus,
} from "./status-shape.ts"
import type { TargetHealth } from "./target.ts"
import { lossRatioOf, nearestOf, witnesses } from "./targets.ts"
import type { World } from "./world.ts"

/** The agent itself, as far as its worlds do not know it. */
export type Running = Omit<Status, "router" | "site" | "links">

/** The two worlds of one router; `ipv6` null: not steered. `wallTime` turns their monotonic times into RFC 3339. */
export interface Known {
  readonly ipv4: World
  readonly ipv6: World | null
  readonly wallTime: (ms: number) => string
}

export function statusOf(known: Known, running: Running): Status {
  const { router, site, links } = known.ipv4.config
  return { router, site, ...running, links: links.flatMap(link => linkStatus(known, link) ?? []) }
}

/** Of every other router, in the order of their sites and names. */
export function peersOf(peers: Peers, wallTime: (ms: number) => string, nowMs: number): readonly PeerStatus[] {
  const keys = [...peers.keys()].sort()
  return keys.flatMap(key => peers.get(key) ?? []).map(peer => peerStatus(peer, wallTime, nowMs))
}

function peerStatus(peer: Peer, wallTime: (ms: number) => string, nowMs: number): PeerStatus {
  const { router, site, sinceMs, heardMs, rulesInSync, links, lastEvent } = peer
  return {
    router,
    site,
    since: wallTime(sinceMs),
    lagMs: Math.round(nowMs - heardMs),
    rulesInSync,
    links: links.map(({ sinceMs: began, ...link }) => ({ ...link, since: wallTime(began) })),
    lastEvent: lastEvent && { seq: lastEvent.seq, time: wallTime(lastEvent.atMs), type: lastEvent.type },
  }
}

/** Null: there is no link of that name. */
export function explain(known: Known, name: string, nowMs: number): Explanation | null {
  const config = known.ipv4.config.links.find(link => link.name === name)
  const link = config && linkStatus(known, config)
  const ipv4 = explained(known.ipv4, name, nowMs)
  if (link == null || ipv4 === null) return null
  return { link, ...ipv4, ipv6: known.ipv6 && explained(known.ipv6, name, nowMs) }
}

function explained(world: World, name: string, nowMs: number): FamilyExplanation | null {
  const health = healthOf(world, name)
  if (health === undefined) return null
  const settings = world.config.health
  return {
    decidedBy: health.evidence,
    now: evidenceOf(health, settings, nowMs),
    pending: pendingOf(health, settings, nowMs),
    probing: probingOf(health, settings),
    damping: dampingOf(health, settings, nowMs),
  }
}

function dampingOf({ damping }: LinkHealth, settings: HealthSettings, nowMs: number): Explanation["damping"] {
  if (!damping.isDamped) return null
  return { penalty: damping.penalty, leftMs: Math.max(0, reuseMs(damping, settings) - nowMs) }
}

function linkStatus({ ipv4, ipv6, wallTime }: Known, link: LinkConfig): LinkStatus | null {
  const own = familyStatus(ipv4, link.name, wallTime)
  return (
    own && {
      name: link.name,
      interface: link.interface,
      line: link.line,
      weight: link.weight,
      drained: link.drain !== null,
      carrier: healthOf(ipv4, link.name)?.facts?.carrier ?? null,
      ...own,
      ipv6: ipv6 && familyStatus(ipv6, link.name, wallTime),
    }
  )
}

function familyStatus(world: World, name: string, wallTime: Known["wallTime"]): FamilyStatus | null {
  const health = healthOf(world, name)
  if (health === undefined) return null
  // A link is as near as its nearest target, and loses what those lose that can tell of it.
  const able = witnesses(health.targets, world.config.health)
  const nearest = nearestOf(able)
  return {
    state: health.state,
    since: wallTime(health.sinceMs),
    reason: health.reason,
    share: sharesOf(world.config, world.plan)[name] ?? 0,
    loss: lossRatioOf(able),
    rttMs: nearest?.srttMs ?? null,
    jitterMs: nearest?.jitterMs ?? null,
    damped: health.damping.isDamped,
    address: health.facts?.address ?? null,
    gateway: health.facts?.gateway ?? null,
    targets: health.targets.map(targetStatus),
  }
}

function targetStatus(target: TargetHealth): TargetStatus {
  const { probe, lossRatio, roundTrips, loss } = target
  const trouble = loss === null ? null : lossWords(loss)
  return { probe, state: targetState(target), loss: lossRatio, rttMs: roundTrips?.srttMs ?? null, trouble }
}

function targetState(target: TargetHealth): TargetStatus["state"] {
  if (target.broken !== null) return "broken"
  if (target.judged === 0) return "unknown"
  if (target.lastAnswerMs !== null && target.missesInRow <= 2) return "answers"
  return target.loss !== null && isWrong(target.loss) ? "wrong" : "silent"
}

function healthOf(world: World, name: string): LinkHealth | undefined {
  return world.links.find(link => link.name === name)
}
