import { Gauge, type Registry } from "prom-client"
import type { FamilyName } from "../../core/family.ts"
import type { FamilyStatus, LinkStatus, Status } from "../../core/status-shape.ts"
import type { JournalState } from "../source.ts"
import { STATES } from "./states.ts"

/** How things stand when somebody asks. */
export interface Standing {
  readonly status: Status
  readonly journal: JournalState
  /** Clients that are told what happens as it does. */
  readonly streams: number
}

/** @returns what sets all of them. */
export function createGauges(registry: Registry, version: string): (standing: Standing) => void {
  const forgetting: (() => void)[] = []
  const gauge = (name: string, help: string, ...labelNames: readonly string[]) => {
    const made = new Gauge({ name: `evenkeel_${name}`, help, labelNames: [...labelNames], registers: [registry] })
    forgetting.push(() => {
      made.reset()
      // Without labels that is a 0.
      if (labelNames.length === 0) made.remove()
    })
    return made
  }
  const agent = agentGauges(gauge, version)
  const link = linkGauges(gauge)
  return standing => {
    // What is not known now has no value, and a link that is gone has none either.
    for (const forget of forgetting) forget()
    agent(standing)
    for (const each of standing.status.links) link(each)
  }
}

type MakeGauge = (name: string, help: string, ...labelNames: readonly string[]) => Gauge

function agentGauges(gauge: MakeGauge, version: string): (standing: Standing) => void {
  const build = gauge(
    "build_info",
    "Always 1: which evenkeel this is, and of which router.",
    "version",
    "router",
    "site",
  )
  const start = gauge("start_time_seconds", "When the agent started, since the epoch.")
  const memory = gauge("resident_memory_bytes", "Memory of the agent's process, this server included.")
  const inSync = gauge("rules_in_sync", "1: rules and routes in the kernel are as they should be.")
  const overrides = gauge("overrides", "What operators have decided by hand.", "kind")
  const lastSeq = gauge("journal_last_seq", "Number of the journal's last event.")
  const unwritten = gauge("journal_unwritten_events", "Events that the disk has not taken yet.")
  const connected = gauge("share_connected", "1: Redis is reached. No sample where nothing is shared.")
  const lag = gauge("share_lag_events", "Events that are not in Redis yet.")
  const peers = gauge("peers", "Other routers that are known of.")
  const streams = gauge("web_streams", "Clients that are told what happens as it does.")

  return ({ status, journal, streams: clients }) => {
    build.set({ version, router: status.router, site: status.site }, 1)
    if (status.since !== null) start.set(Date.parse(status.since) / 1000)
    memory.set(process.memoryUsage.rss())
    inSync.set(Number(status.rulesInSync))
    for (const kind of ["drain", "weight", "pin"])
      overrides.set({ kind }, status.overrides.filter(override => override.kind === kind).length)
    lastSeq.set(journal.lastSeq)
    unwritten.set(journal.unwritten)
    if (status.share.connected || status.share.error !== null) connected.set(Number(status.share.connected))
    if (status.share.lag !== null) lag.set(status.share.lag)
    peers.set(status.peers.length)
    streams.set(clients)
  }
}

function linkGauges(gauge: MakeGauge): (link: LinkStatus) => void {
  const weight = gauge("link_weight", "Weight, as configured or set by hand.", "link")
  const drained = gauge("link_drained", "1: it gets no new flows, by hand.", "link")
  const carrier = gauge("link_carrier", "1: its interface has a carrier.", "link")
  const family = familyGauges(gauge)
  return link => {
    weight.set({ link: link.name }, link.weight)
    drained.set({ link: link.name }, Number(link.drained))
    if (link.carrier !== null) carrier.set({ link: link.name }, Number(link.carrier))
    family({ link: link.name, family: "ipv4" }, link)
    if (link.ipv6 !== null) family({ link: link.name, family: "ipv6" }, link.ipv6)
  }
}

interface LinkLabels {
  readonly link: string
  readonly family: FamilyName
}

function familyGauges(gauge: MakeGauge): (labels: LinkLabels, status: FamilyStatus) => void {
  const state = gauge("link_state", "1: the link is in this state.", "link", "family", "state")
  const share = gauge("link_share_ratio", "Share of new flows.", "link", "family")
  const loss = gauge("link_loss_ratio", "Part of its newest probes that was lost.", "link", "family")
  const rtt = gauge("link_rtt_seconds", "Smoothed round trip of its nearest target.", "link", "family")
  const jitter = gauge("link_jitter_seconds", "Smoothed difference between successive round trips.", "link", "family")
  const damped = gauge("link_damped", "1: it is kept out of service since it flaps.", "link", "family")
  return (labels, status) => {
    for (const name of STATES) state.set({ ...labels, state: name }, Number(status.state === name))
    share.set({ ...labels }, status.share)
    damped.set({ ...labels }, Number(status.damped))
    if (status.loss !== null) loss.set({ ...labels }, status.loss)
    if (status.rttMs !== null) rtt.set({ ...labels }, status.rttMs / 1000)
    if (status.jitterMs !== null) jitter.set({ ...labels }, status.jitterMs / 1000)
  }
}
