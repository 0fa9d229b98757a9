import { linkIn, sharesWords, six } from "../../core/event-words.ts"
import { familyIn, isTrouble, type EventDraft, type JournalEvent } from "../../core/events.ts"
import type { LinkStateName } from "../../core/link-state.ts"
import type { Override, OverrideId } from "../../core/overrides.ts"
import { millis } from "../../core/figures.ts"
import { clock } from "./words.ts"

type Type = EventDraft["type"]
type Sentences = { readonly [T in Type]?: (event: Extract<EventDraft, { type: T }>) => string }

/** What happened, in plain words, without the name of its type. */
const sentences: Required<Sentences> = {
  "agent.started": ({ version, pid }) => `Agent ${version} started, pid ${pid}`,
  "agent.stopped": ({ reason }) => `Agent stopped (${reason}); the rules stay`,
  "config.reloaded": ({ file }) => `Configuration reloaded from ${file}`,
  "config.rejected": ({ file, problems }) =>
    `Configuration refused, the old one stays: ${file}: ${problems.join("; ")}`,
  "link.state": event => `${linkIn(event)} ${event.from} → ${event.to}: ${event.reason}`,
  "link.carrier": ({ link, carrier }) => `${link} ${carrier ? "has its carrier again" : "lost its carrier"}`,
  "link.address": event => `${linkIn(event)} ${addressWords(event)}`,
  "weights.applied": event =>
    `New ${six(event)}flows: ${sharesWords(event.shares)} (written in ${millis(event.tookMs)})`,
  "rules.repaired": event => `Somebody changed ${six(event)}rules; mended: ${event.what.join("; ")}`,
  "rules.failed": event =>
    `${familyIn(event) === "ipv6" ? "IPv6 rules" : "Rules"} not written${event.retryMs > 0 ? `, again in ${millis(event.retryMs)}` : ""}: ${event.error}`,
  "probe.broken": event =>
    `${linkIn(event)} cannot ask ${event.probe}, which does not count against it: ${event.error}`,
  "override.set": event => `By hand: ${overrideWords(event)}`,
  "override.cleared": event => `By hand no longer: ${clearedWords(event)} (${event.why})`,
  "share.connected": ({ store }) => `Shares with other routers through ${store}`,
  "share.disconnected": ({ store, error }) => `Nothing is shared for now: ${store}: ${error}`,
  "peer.state": ({ peer, link, from, to, reason }) => `${peer}: ${link} ${from} → ${to}: ${reason}`,
  "peer.lost": ({ peer }) => `${peer} is no longer heard of`,
  "alert.sent": event => `Alert ${alertWords(event)} delivered`,
  "alert.failed": event =>
    `Alert ${alertWords(event)} not delivered, ${event.retryMs > 0 ? `again in ${millis(event.retryMs)}` : "given up"}: ${event.error}`,
}

/** A journal may hold what a later version wrote: that is told as it is. */
export function sentence(event: JournalEvent): string {
  const say = Object.hasOwn(sentences, event.type) ? (sentences[event.type] as (event: EventDraft) => string) : null
  return say === null ? unknownWords(event) : say(event)
}

const COMMON: ReadonlySet<string> = new Set(["v", "seq", "time", "router", "site", "type"])

function unknownWords(event: JournalEvent): string {
  const own = Object.entries(event).filter(([name]) => !COMMON.has(name))
  return [
    event.type,
    ...own.map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`),
  ].join(", ")
}

function addressWords({
  address,
  gateway,
}: {
  readonly address: string | null
  readonly gateway: string | null
}): string {
  if (address === null) return "lost its address"
  return gateway === null ? `has address ${address}` : `has address ${address}, gateway ${gateway}`
}

type AlertEvent = Extract<EventDraft, { readonly type: "alert.sent" | "alert.failed" }>

/** `oncall (slack), link.down of isp1 opened:`. */
function alertWords({ alert, receiver, condition, link, message }: AlertEvent): string {
  return `${alert} (${receiver}): ${condition}${link === undefined ? "" : ` of ${link}`} ${message},`
}

/** `isp1 drained until 2026-01-31 12:00:00`. */
export function overrideWords(override: Override): string {
  const until = override.until === null ? ", until it is taken back" : ` until ${clock(Date.parse(override.until))}`
  if (override.kind === "pin") return `${override.name} pinned to ${override.use.join(", else ")}${until}`
  if (override.kind === "weight") return `${override.link} has weight ${override.weight}${until}`
  return `${override.link} drained${override.force ? ", whatever becomes of the others" : ""}${until}`
}

function clearedWords(override: OverrideId): string {
  if (override.kind === "pin") return `${override.name} is not pinned any more`
  return override.kind === "drain"
    ? `${override.link} gets new flows again`
    : `${override.link} has its configured weight again`
}

/** What an event is marked with: a link's new state; null: nothing about it is worth a mark. */
export function moodOf(event: JournalEvent): LinkStateName | null {
  if (event.type === "link.state" || event.type === "peer.state") return event.to
  return isTrouble(event) ? "degraded" : null
}
