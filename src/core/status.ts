import type { HealthSettings, LinkConfig } from "./config.ts"
import { reuseMs } from "./damping.ts"
import type { LinkStateName } from "./link-state.ts"
import { evidenceOf, type Evidence } from "./evidence.ts"
import type { LinkHealth } from "./link-health.ts"
import { pendingOf, type Pending } from "./pending.ts"
import type { Peer, PeerLink, Peers } from "./peers.ts"
import { probingOf, type Probing } from "./pace.ts"
import { sharesOf } from "./plan.ts"
import type { TargetHealth } from "./target.ts"
import { lossRatioOf, nearestOf, witnesses } from "./targets.ts"
import type { World } from "./world.ts"

/** What `status --json` prints. Times are RFC 3339 UTC, ratios and shares 0..1. */
export interface Status {
  readonly router: string
  readonly site: string
  /** Null: no agent runs. */
  readonly pid: number | null
  /** Start of the agent. */
  readonly since: string | null
  /** The rules as last read back from the kernel are the ones that the plan asks for. */
  readonly rulesInSync: boolean
  readonly lastApply: { readonly time: string; readonly tookMs: number } | null
  readonly links: readonly LinkStatus[]
  /** `lag`: events that are not in Redis yet; null: not known. `error`: why it is not connected; null: it is, or nothing is shared. */
  readonly share: { readonly connected: boolean; readonly lag: number | null; readonly error: string | null }
  readonly peers: readonly PeerStatus[]
}

/** Another router. Times are by this router's clock. */
export interface PeerStatus {
  readonly router: string
  readonly site: string
  readonly since: string
  /** Since its record was written, or a change of it was heard. */
  readonly lagMs: number
  readonly rulesInSync: boolean
  readonly links: readonly PeerLinkStatus[]
  readonly lastEvent: { readonly seq: number; readonly time: string; readonly type: string } | null
}

export interface PeerLinkStatus extends Omit<PeerLink, "sinceMs"> {
  readonly since: string
}

export interface LinkStatus {
  readonly name: string
  readonly interface: string
  /** The physical line; null: it has no name that others know. */
  readonly line: string | null
  readonly state: LinkStateName
  /** Null: it was never watched. */
  readonly since: string | null
  readonly reason: string
  readonly weight: number
  /** Of new flows. */
  readonly share: number
  /** Null: not measured now. */
  readonly loss: number | null
  readonly rttMs: number | null
  readonly jitterMs: number | null
  readonly drained: boolean
  readonly damped: boolean
  readonly carrier: boolean | null
  readonly address: string | null
  readonly gateway: string | null
  readonly targets: readonly TargetStatus[]
}

export interface TargetStatus {
  readonly probe: string
  readonly state: "unknown" | "answers" | "silent" | "broken"
  readonly loss: number | null
  readonly rttMs: number | null
}

/** What `explain LINK --json` prints: the evidence behind the last decision, how things stand now, what would change them. */
export interface Explanation {
  readonly link: LinkStatus
  /** What decided the present state; null: that was never written down. */
  readonly decidedBy: Evidence | null
  /** Null: no agent runs. */
  readonly now: Evidence | null
  readonly pending: Pending | null
  /** Null: no agent runs. */
  readonly probing: Probing | null
  /** What keeps a flapping link out of service, and for how long yet; null: it is not damped. */
  readonly damping: { readonly penalty: number; readonly leftMs: number } | null
}

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
  const { probe, lossRatio, roundTrips } = target
  return { probe, state: targetState(target), loss: lossRatio, rttMs: roundTrips?.srttMs ?? null }
}

function targetState(target: TargetHealth): TargetStatus["state"] {
  if (target.broken !== null) return "broken"
  if (target.judged === 0) return "unknown"
  return target.lastAnswerMs === null || target.missesInRow > 2 ? "silent" : "answers"
}

function healthOf(world: World, name: string): LinkHealth | undefined {
  return world.links.find(link => link.name === name)
}
