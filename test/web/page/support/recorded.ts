import type { Evidence } from "../../../../src/core/evidence.ts"
import type { EventDraft, JournalEvent } from "../../../../src/core/events.ts"
import type { FamilyName } from "../../../../src/core/family.ts"
import type { LinkStateName } from "../../../../src/core/link-state.ts"
import type { Explanation, LinkStatus, PeerStatus, Status, TargetStatus } from "../../../../src/core/status-shape.ts"
import type { Recorded, Sample } from "../../../../src/web/page/shapes.ts"

/** Answers as a router with two uplinks gives them; times are told as milliseconds of the wall clock. */

export const STEP_MS = 5_000
const HOUR_MS = 3_600_000

const TARGETS = ["icmp 1.1.1.1", "icmp 9.9.9.9", "tcp 8.8.8.8:53", "dns 9.9.9.9 example.com"]
const RTT_MS: Readonly<Record<string, number>> = { isp1: 9, isp2: 24, isp3: 38 }

const iso = (ms: number) => new Date(ms).toISOString()

function targets(link: string, state: LinkStateName): readonly TargetStatus[] {
  return TARGETS.map((probe, i) => ({
    probe,
    state: state === "down" ? "silent" : "answers",
    loss: state === "down" ? 1 : i === 3 ? 0.02 : 0,
    rttMs: state === "down" ? null : (RTT_MS[link] ?? 20) + i * 4.3,
    trouble: null,
  }))
}

export function link(name: string, nowMs: number, changes: Partial<LinkStatus> = {}): LinkStatus {
  const number = Number(name.slice(-1))
  const state = changes.state ?? "up"
  return {
    name,
    interface: `eth${number - 1}`,
    line: `line-${number}`,
    state,
    since: iso(nowMs - 3 * HOUR_MS),
    reason: "targets answer",
    weight: number === 1 ? 70 : 30,
    share: number === 1 ? 0.7 : 0.3,
    loss: 0.004,
    rttMs: RTT_MS[name] ?? 20,
    jitterMs: 1.2,
    drained: false,
    damped: false,
    carrier: true,
    address: `192.0.2.${number}`,
    gateway: "192.0.2.254",
    targets: targets(name, state),
    ipv6: null,
    ...changes,
  }
}

function peer(nowMs: number): PeerStatus {
  const common = {
    sinceMs: nowMs,
    since: iso(nowMs - HOUR_MS),
    weight: 50,
    loss: 0,
    rttMs: 11,
    drained: false,
    damped: false,
    probed: true,
  }
  return {
    router: "rtr-b",
    site: "home",
    since: iso(nowMs - 5 * HOUR_MS),
    lagMs: 1200,
    rulesInSync: true,
    links: [
      { ...common, name: "isp1", line: "line-1", state: "up", reason: "targets answer", share: 1 },
      { ...common, name: "lte", line: null, state: "down", reason: "no carrier", share: 0 },
    ],
    lastEvent: { seq: 12, time: iso(nowMs - HOUR_MS), type: "link.state" },
  }
}

export function status(nowMs: number, changes: Partial<Status> = {}): Status {
  return {
    router: "rtr-a",
    site: "home",
    pid: 4242,
    since: iso(nowMs - 30 * HOUR_MS),
    rulesInSync: true,
    lastApply: { time: iso(nowMs - 3 * HOUR_MS), tookMs: 16.2 },
    links: [link("isp1", nowMs), link("isp2", nowMs)],
    overrides: [],
    share: { connected: true, lag: 0, error: null },
    peers: [peer(nowMs)],
    ...changes,
  }
}

/** `isp1` falls silent: all new flows go to `isp2`. */
export function failedOver(before: Status, nowMs: number): Status {
  const [one, two] = before.links
  if (one === undefined || two === undefined) throw new Error("two links are needed")
  const down = {
    state: "down",
    since: iso(nowMs),
    reason: "no target answered for 1.0 s",
    share: 0,
    loss: 1,
    rttMs: null,
    jitterMs: null,
  } as const
  return {
    ...before,
    lastApply: { time: iso(nowMs), tookMs: 15.8 },
    links: [
      { ...one, ...down, targets: targets(one.name, "down") },
      { ...two, share: 1 },
    ],
  }
}

export const EVIDENCE: Evidence = {
  probesSent: 11,
  probesLost: 11,
  silenceMs: 1065,
  trafficMs: null,
  lossRatio: 0.22,
  rttMs: 9.1,
  answering: 0,
  evidenceOfLoss: 0.1,
  evidenceOfSlowness: 0,
  thresholds: { downAfterMs: 1000, upAfterMs: 10_000, quorum: 1, lossRatio: 0.2, rttMs: 300 },
}

export function explanation(of: LinkStatus): Explanation {
  return {
    link: of,
    decidedBy: EVIDENCE,
    now: { ...EVIDENCE, silenceMs: of.state === "down" ? 200_000 : 70, answering: of.state === "down" ? 0 : 4 },
    pending: null,
    probing: { everyMs: 500, why: "usual" },
    damping: null,
    ipv6: null,
  }
}

export function event(seq: number, timeMs: number, draft: EventDraft): JournalEvent {
  return { v: 1, seq, time: iso(timeMs), router: "rtr-a", site: "home", ...draft }
}

export function stateEvent(link: string, from: LinkStateName, to: LinkStateName, reason: string): EventDraft {
  return { type: "link.state", link, family: "ipv4", from, to, reason, evidence: EVIDENCE }
}

/** A day of a line that flaps: `count` events, evenly spread up to `nowMs`. */
export function flappingDay(count: number, nowMs: number): readonly JournalEvent[] {
  const stepMs = (24 * HOUR_MS - 60_000) / count
  return Array.from({ length: count }, (_, i) => event(i + 1, nowMs - (count - i) * stepMs, flap(i)))
}

function flap(i: number): EventDraft {
  const link = i % 8 < 4 ? "isp1" : "isp2"
  const drafts: readonly EventDraft[] = [
    stateEvent(link, "up", "down", "no target answered for 1.0 s"),
    {
      type: "weights.applied",
      family: "ipv4",
      shares: { isp1: link === "isp1" ? 0 : 1, isp2: link === "isp1" ? 1 : 0 },
      tookMs: 15.7,
    },
    stateEvent(link, "down", "up", "answered for 10.0 s"),
    { type: "weights.applied", family: "ipv4", shares: { isp1: 0.7, isp2: 0.3 }, tookMs: 16.1 },
  ]
  return drafts[i % 4] as EventDraft
}

/** An ordinary day: one outage, one bad quarter of an hour, one decision by hand. */
export function ordinaryDay(nowMs: number): readonly JournalEvent[] {
  const drafts: readonly (readonly [hoursAgo: number, EventDraft])[] = [
    [23.5, { type: "agent.started", version: "0.1.0", pid: 4242, backend: "nft" }],
    [23.49, stateEvent("isp1", "unknown", "up", "targets answer")],
    [23.49, stateEvent("isp2", "unknown", "up", "targets answer")],
    [14, stateEvent("isp1", "up", "down", "no target answered for 1.0 s")],
    [14, { type: "weights.applied", family: "ipv4", shares: { isp1: 0, isp2: 1 }, tookMs: 15.8 }],
    [13.2, stateEvent("isp1", "down", "up", "answered for 10.0 s")],
    [13.2, { type: "weights.applied", family: "ipv4", shares: { isp1: 0.7, isp2: 0.3 }, tookMs: 16.1 }],
    [8, { type: "override.set", kind: "weight", link: "isp2", weight: 30, until: null }],
    [5, stateEvent("isp2", "up", "degraded", "loss 24 %, limit 20 %")],
    [4.7, stateEvent("isp2", "degraded", "up", "loss is back below 20 %")],
    [3, { type: "rules.repaired", family: "ipv4", what: ["LOAD_BALANCE"] }],
    [
      1,
      {
        type: "peer.state",
        peer: "rtr-b",
        peerSite: "home",
        link: "lte",
        line: null,
        from: "up",
        to: "down",
        reason: "no carrier",
      },
    ],
  ]
  return drafts.map(([hoursAgo, draft], i) => event(i + 1, nowMs - hoursAgo * HOUR_MS, draft))
}

/** The last hour of every target of the links: a slow wave with some noise, and a few lost probes. */
export function history(links: readonly LinkStatus[], nowMs: number, steps = 720): Recorded {
  const firstMs = nowMs - steps * STEP_MS
  const times = Array.from({ length: steps }, (_, i) => i)
  const series = links.flatMap(measured).map(({ link, family, probe, rttMs }, k) => ({
    link,
    family,
    probe,
    firstMs,
    rttMs: times.map(i => wave(i, k, rttMs ?? 20)),
    loss: times.map(i => (chance(i, k) > 0.992 ? 0.1 : 0)),
  }))
  return { stepMs: STEP_MS, series, shares: { firstMs, stepMs: STEP_MS, byLink: sharesOver(links, steps) } }
}

function wave(i: number, k: number, rttMs: number): number {
  const evening = 0.06 * Math.sin(i / 150 + k)
  const spike = chance(i, k + 50) > 0.985 ? chance(i, k + 99) : 0
  return rttMs * (1 + evening + 0.07 * chance(i, k + 7) ** 3 + spike)
}

/** 0..1, without a pattern that one would see, and the same at each run. */
function chance(i: number, k: number): number {
  const x = Math.sin(i * 12.9898 + k * 78.233) * 43_758.5453
  return x - Math.floor(x)
}

/** The targets of both families. */
function measured({ name, targets, ipv6, state }: LinkStatus) {
  const of = (family: FamilyName, list: readonly TargetStatus[]) =>
    list.map(({ probe, rttMs }) => ({
      link: name,
      family,
      probe,
      rttMs,
      isSilent: family === "ipv4" && state === "down",
    }))
  return [...of("ipv4", targets), ...of("ipv6", ipv6?.targets ?? [])]
}

function sharesOver(links: readonly LinkStatus[], steps: number): Recorded["shares"]["byLink"] {
  return Object.fromEntries(links.map(({ name, share }) => [name, Array.from({ length: steps }, () => share)]))
}

export function sample(links: readonly LinkStatus[], atMs: number): Sample {
  return {
    atMs,
    series: links.flatMap(measured).map(({ link, family, probe, rttMs, isSilent }) => ({
      link,
      family,
      probe,
      rttMs: isSilent ? null : rttMs,
      loss: isSilent ? 1 : 0,
    })),
    shares: Object.fromEntries(links.map(({ name, share }) => [name, share])),
  }
}
