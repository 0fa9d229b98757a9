import { printable } from "../config/problems.ts"
import { linkIn, sharesWords, six } from "../core/event-words.ts"
import { isTrouble, type EventDraft } from "../core/events.ts"
import type { Override, OverrideId } from "../core/overrides.ts"
import { millis } from "../core/figures.ts"
import { clock, paintState, type Paint } from "./format.ts"
import { pinText, untilText } from "./pin-text.ts"

type Type = EventDraft["type"]
/** `time`: RFC 3339. */
export type TimedEvent = EventDraft & { readonly time: string }
type Sentences = { readonly [T in Type]: (event: Extract<EventDraft, { type: T }>) => string }

/** Each kind of event in plain words. */
const sentences: Sentences = {
  "agent.started": ({ version, pid, backend }) => `agent ${version} started: pid ${pid}, iptables ${backend}`,
  "agent.stopped": ({ reason }) => `agent stopped (${reason}); the rules stay`,
  "config.reloaded": ({ file }) => `configuration reloaded from ${file}`,
  "config.rejected": ({ file, problems }) =>
    `configuration refused, the old one stays: ${file}: ${problems.join("; ")}`,
  "link.state": event => `${linkIn(event)} ${event.from} → ${event.to}: ${event.reason}`,
  "link.carrier": ({ link, carrier }) => `${link} ${carrier ? "has carrier again" : "lost its carrier"}`,
  "link.address": event => `${linkIn(event)} ${addressWords(event.address, event.gateway)}`,
  "weights.applied": event =>
    `new ${six(event)}flows: ${sharesWords(event.shares)} (written in ${millis(event.tookMs)})`,
  "rules.repaired": event => `${six(event)}mended: ${event.what.join("; ")}`,
  "rules.failed": event =>
    `${six(event)}not written${event.retryMs > 0 ? `, again in ${millis(event.retryMs)}` : ""}: ${event.error}`,
  "probe.broken": event =>
    `${linkIn(event)} cannot ask ${event.probe}, which does not count against it: ${event.error}`,
  "override.set": event => `${overrideWords(event)}${untilText(event.until)}`,
  "override.cleared": event => `${clearedWords(event)}: ${event.why}`,
  "share.connected": ({ store }) => `shares with other routers through ${store}`,
  "share.disconnected": ({ store, error }) =>
    `nothing is shared for now, and nothing else depends on it: ${store}: ${error}`,
  "peer.state": ({ peer, link, line, from, to, reason }) =>
    `${peer}: ${link}${line === null ? "" : ` (${line})`} ${from} → ${to}: ${reason}`,
  "peer.lost": ({ peer }) => `${peer} is no longer heard of; what it knew is unknown now`,
  "alert.sent": event => `${alertWords(event)}: delivered${tries(event.attempts)}`,
  "alert.failed": event =>
    `${alertWords(event)}: not delivered${tries(event.attempts)}${againWords(event.retryMs)}: ${event.error}`,
}

type AlertEvent = Extract<EventDraft, { type: "alert.sent" | "alert.failed" }>

function alertWords({ alert, receiver, link, condition, message }: AlertEvent): string {
  return `${alert} (${receiver}), ${condition}${link === undefined ? "" : ` of ${link}`} ${message}`
}

function againWords(retryMs: number): string {
  return retryMs > 0 ? `, again in ${millis(retryMs)}` : ", and given up"
}

function tries(attempts: number): string {
  return attempts === 1 ? "" : ` after ${attempts} tries`
}

/** Every type that a journal of this version holds. */
export const eventTypes = Object.keys(sentences) as readonly Type[]

const TYPE_WIDTH = Math.max(...eventTypes.map(type => type.length))

/** One line: local time, type, what happened. Text from programs and files cannot steer the terminal. */
export function eventText(event: TimedEvent, paint: Paint): string {
  const words = printable(
    sentence(event)
      .trim()
      .replaceAll(/\s*\n\s*/g, "; "),
  )
  return `${paint.dim(clock(event.time))}  ${colour(event, paint)(event.type.padEnd(TYPE_WIDTH))}  ${words}`
}

/** A journal may hold what a later version wrote. */
function sentence(event: TimedEvent): string {
  const known: Readonly<Record<string, unknown>> = sentences
  if (!Object.hasOwn(known, event.type)) return JSON.stringify(event)
  const say = sentences[event.type] as (event: EventDraft) => string
  return say(event)
}

function colour(event: TimedEvent, paint: Paint): (text: string) => string {
  if (event.type === "link.state" || event.type === "peer.state") return text => paintState(paint, event.to, text)
  return isTrouble(event) ? paint.yellow : paint.reset
}

function overrideWords(override: Override): string {
  if (override.kind === "pin") return `${override.name}: ${pinText(override)}`
  if (override.kind === "weight") return `${override.link} has weight ${override.weight}`
  return `${override.link} is drained${override.force ? ", whatever becomes of the others" : ""}`
}

function clearedWords(override: OverrideId): string {
  if (override.kind === "pin") return `${override.name} does not hold any more`
  return override.kind === "drain"
    ? `${override.link} gets new flows again`
    : `${override.link} has its configured weight again`
}

/** No gateway: none is known, or none is needed (point to point). The event does not tell which, so the text does not. */
function addressWords(address: string | null, gateway: string | null): string {
  if (address === null) return "lost its address"
  return gateway === null ? `address ${address}` : `address ${address}, gateway ${gateway}`
}
