import { Counter, Histogram, type Registry } from "prom-client"
import { familyIn, type EventDraft, type JournalEvent } from "../../core/events.ts"
import { NOTHING_WATCHED, onFailover } from "../../core/failovers.ts"
import type { Status } from "../../core/status-shape.ts"
import type { Tally } from "../../core/tally.ts"
import { STATES } from "./states.ts"

/** A LAN's neighbour answers in a millisecond, a satellite in 0.7 s; nothing is waited for beyond 3 s. */
const RTT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3]
/** Two rules take 3 ms on legacy and 16 ms on nft. */
const APPLY_SECONDS = [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1, 5]

/** What somebody may want to be told of when it happens for the first time. */
const TYPES: readonly EventDraft["type"][] = [
  "config.rejected",
  "probe.broken",
  "rules.failed",
  "rules.repaired",
  "share.disconnected",
  "peer.lost",
]

/** What happened since this server started. */
export interface Counters {
  readonly onEvent: (event: JournalEvent) => void
  readonly onTallies: (tallies: readonly Tally[]) => void
  readonly onDropped: () => void
  /** A counter that comes into being at 1 has never risen, as Prometheus sees it: so those of these links begin at 0. */
  readonly expect: (links: Status["links"]) => void
}

export function createCounters(registry: Registry): Counters {
  const registers = [registry]
  const counter = (name: string, help: string, ...labelNames: readonly string[]) =>
    new Counter({ name: `evenkeel_${name}`, help, labelNames: [...labelNames], registers })
  const histogram = (name: string, help: string, buckets: readonly number[], ...labelNames: readonly string[]) =>
    new Histogram({ name: `evenkeel_${name}`, help, buckets: [...buckets], labelNames: [...labelNames], registers })

  const probes = counter("probes_total", "Probes by what became of them.", "link", "family", "probe", "outcome")
  const rtt = histogram("probe_rtt_seconds", "Round trips of answered probes.", RTT_SECONDS, "link", "family")
  const apply = histogram("apply_duration_seconds", "Time to write the rules of a new split.", APPLY_SECONDS, "family")
  const transitions = counter("link_transitions_total", "Changes of a link's state.", "link", "family", "to")
  const failovers = counter("failovers_total", "Times that new flows left a link that died.", "link", "family")
  const events = counter("events_total", "Events of the journal.", "type")
  const alerts = counter("alerts_total", "Alerts by what became of them.", "alert", "receiver", "result")
  const dropped = counter("web_streams_dropped_total", "Clients that were dropped since they did not read.")
  let watched = NOTHING_WATCHED
  for (const type of TYPES) events.inc({ type }, 0)

  return {
    onEvent: event => {
      events.inc({ type: event.type })
      if (event.type === "link.state") transitions.inc({ link: event.link, family: familyIn(event), to: event.to })
      if (event.type === "weights.applied") apply.observe({ family: familyIn(event) }, event.tookMs / 1000)
      const alert = alertLabels(event)
      if (alert !== null) alerts.inc(alert)
      const step = onFailover(watched, event)
      watched = step.watched
      if (event.type === "weights.applied")
        for (const link of step.moved) failovers.inc({ link, family: familyIn(event) })
    },
    onTallies: tallies => {
      for (const { family, link, probe, fates, rttsMs } of tallies) {
        for (const [outcome, count] of Object.entries(fates)) probes.inc({ link, family, probe, outcome }, count)
        for (const rttMs of rttsMs) rtt.observe({ link, family }, rttMs / 1000)
      }
    },
    onDropped: () => {
      dropped.inc()
    },
    expect: links => {
      for (const { name: link, ipv6 } of links)
        for (const family of ipv6 === null ? ["ipv4"] : ["ipv4", "ipv6"]) {
          failovers.inc({ link, family }, 0)
          for (const to of STATES) transitions.inc({ link, family, to }, 0)
        }
    },
  }
}

/** Null: the event is about something else. */
function alertLabels(event: { readonly type: string; readonly alert?: unknown; readonly receiver?: unknown }) {
  const [, result] = /^alert\.(sent|failed)$/.exec(event.type) ?? []
  if (result === undefined) return null
  return { alert: textOf(event.alert), receiver: textOf(event.receiver), result }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}
