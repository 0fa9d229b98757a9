import type { HealthSettings, LinkConfig } from "./config.ts"
import { reuseMs } from "./damping.ts"
import { evidenceOf } from "./evidence.ts"
import type { LinkHealth } from "./link-health.ts"
import { isWrong, lossWords } from "./outcome.ts"
import { pendingOf } from "./pending.ts"
import type { Peer, Peers } from "./peers.ts"
import { probingOf } from "./pace.ts"
import { sharesOf } from "./plan.ts"
import type { Status, PeerStatus, LinkStatus, TargetStatus, Explanation } from "./status-shape.ts"
import type { TargetHealth } from "./target.ts"
import { lossRatioOf, nearestOf, witnesses } from "./targets.ts"
import type { World } from "./world.ts"

/** The agent itself, as far as the world does not know it. */
export type Running = Pick<Status, "pid" | "since" | "rulesInSync" | "lastApply" | "share" | "peers">

/** `wallTime` turns a monotonic time of the world into RFC 3339. */
export function statusOf(world: World, running: Running, wallTime: (ms: number) => string): Status {
  const { router, site } = world.config
  const links = world.config.links.flatMap(link => linkStatus(world, link, wallTime) ?? [])
  return { router, site, ...running, links }
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
export function explain(
  world: World,
  name: string,
  wallTime: (ms: number) => string,
  nowMs: number,
): Explanation | null {
  const config = world.config.links.find(link => link.name === name)
  const health = healthOf(world, name)
  if (config === undefined || health === undefined) return null
  const link = linkStatus(world, config, wallTime)
  if (link === null) return null
  const settings = world.config.health
  return {
    link,
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

function linkStatus(world: World, link: LinkConfig, wallTime: (ms: number) => string): LinkStatus | null {
  const health = healthOf(world, link.name)
  if (health === undefined) return null
  // A link is as near as its nearest target, and loses what those lose that can tell of it.
  const able = witnesses(health.targets, world.config.health)
  const nearest = nearestOf(able)
  return {
    name: link.name,
    interface: link.interface,
    line: link.line,
    state: health.state,
    since: wallTime(health.sinceMs),
    reason: health.reason,
    weight: link.weight,
    share: sharesOf(world.config, world.plan)[link.name] ?? 0,
    loss: lossRatioOf(able),
    rttMs: nearest?.srttMs ?? null,
    jitterMs: nearest?.jitterMs ?? null,
    drained: false,
    damped: health.damping.isDamped,
    carrier: health.facts?.carrier ?? null,
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
