import type { Topic } from "../../../src/core/alerts/topic.ts"
import { CONDITIONS } from "../../../src/core/alerts/config.ts"
import type { EventDraft, JournalEvent } from "../../../src/core/events.ts"
import type { LinkStateName } from "../../../src/core/link-state.ts"

export const START_MS = Date.parse("2026-01-31T12:00:00Z")
const HOUR_MS = 3_600_000

/** About everything, of two links in IPv4 and one in IPv6. */
export function topic(changes: Partial<Topic> = {}): Topic {
  return {
    name: "oncall",
    when: CONDITIONS,
    links: null,
    forMs: 0,
    repeatMs: 4 * HOUR_MS,
    lines: { ipv4: ["isp1", "isp2"], ipv6: ["isp1"] },
    ...changes,
  }
}

/** Drafts as lines of a journal, each at so many seconds after noon. */
export function journalOf(
  ...drafts: readonly (readonly [second: number, draft: EventDraft])[]
): readonly JournalEvent[] {
  return drafts.map(([second, draft], index) => ({
    v: 1,
    seq: index + 1,
    time: new Date(START_MS + second * 1000).toISOString(),
    router: "rtr-a",
    site: "home",
    ...draft,
  }))
}

export function goes(link: string, to: LinkStateName, changes: Partial<LinkStateEvent> = {}): EventDraft {
  const evidence = {} as LinkStateEvent["evidence"]
  return {
    type: "link.state",
    link,
    family: "ipv4",
    from: "unknown",
    to,
    reason: "no target answered",
    evidence,
    ...changes,
  }
}

type LinkStateEvent = Extract<EventDraft, { type: "link.state" }>

export const started: EventDraft = { type: "agent.started", version: "1", pid: 7, backend: "nft" }
export const stopped: EventDraft = { type: "agent.stopped", reason: "SIGTERM" }
export const applied: EventDraft = { type: "weights.applied", family: "ipv4", shares: { isp1: 1 }, tookMs: 3 }
export const repaired: EventDraft = { type: "rules.repaired", family: "ipv4", what: ["a rule"] }
export const failed: EventDraft = { type: "rules.failed", family: "ipv4", error: "no such chain", retryMs: 1000 }
export const broken: EventDraft = {
  type: "probe.broken",
  link: "isp1",
  family: "ipv4",
  probe: "icmp 1.1.1.1",
  error: "EPERM",
}
export const rejected: EventDraft = {
  type: "config.rejected",
  file: "evenkeel.yaml",
  problems: ["links: too few", "site: none"],
}
export const reloaded: EventDraft = { type: "config.reloaded", file: "evenkeel.yaml" }
export const lost: EventDraft = { type: "peer.lost", peer: "rtr-b", peerSite: "home" }
export const heard: EventDraft = {
  type: "peer.state",
  peer: "rtr-b",
  peerSite: "home",
  link: "isp1",
  line: null,
  from: "unknown",
  to: "up",
  reason: "",
}
