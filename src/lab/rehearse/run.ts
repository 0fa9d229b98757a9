import type { Timed } from "../timed.ts"
import { newConnectionsMs } from "./cut-off.ts"
import { flowsOf, openFlowsMs } from "./long-flows.ts"
import type { Job } from "./choose.ts"
import type { Recording } from "./recording.ts"
import type { Run, Traffic } from "./report.ts"
import { isBackLater, scenarios } from "./scenarios.ts"

/** What a recording says of one link. */
export function runOf(recording: Recording, link: string): Run {
  const { job, config, fault, mended, endMs } = recording
  const { isNoticed, isBack } = scenarios[job.scenario]
  const noticed = eventBetween(recording, fault.askedMs, mended.askedMs, ({ event }) => isNoticed(event, link))
  const steered = noticed && rulesAfter(recording, noticed.atMs, mended.askedMs)
  const back = eventBetween(recording, mended.askedMs, endMs, ({ event }) => isBack(event, link))
  const backMs = back === undefined ? null : sinceMs(mended.askedMs, back)
  return {
    link,
    scenario: job.scenario,
    error: null,
    detectedMs: noticed === undefined ? null : sinceMs(fault.askedMs, noticed),
    reason: noticed?.event.type === "link.state" ? noticed.event.reason : null,
    steeredMs: steered === undefined ? null : sinceMs(fault.askedMs, steered),
    outage: { newConnectionsMs: newConnectionsMs(recording), openFlowsMs: openFlowsMs(recording, link) },
    flows: flowsOf(recording, link),
    traffic: {
      before: trafficBetween(recording, -Infinity, fault.askedMs),
      during: trafficBetween(recording, (steered ?? noticed)?.atMs ?? fault.askedMs, mended.askedMs),
      after: back === undefined ? null : trafficBetween(recording, afterRules(recording, back).atMs, endMs),
    },
    backMs,
    isBackLater: isBackLater(job.scenario, config.health),
  }
}

/** It could not be rehearsed. */
export function failedRun({ scenario }: Job, link: string, error: unknown): Run {
  return {
    link,
    scenario,
    error: error instanceof Error ? error.message : String(error),
    detectedMs: null,
    reason: null,
    steeredMs: null,
    outage: { newConnectionsMs: 0, openFlowsMs: 0 },
    flows: { onLink: 0, broken: 0, waiting: 0, elsewhere: 0, brokenElsewhere: 0, movedBack: 0 },
    traffic: { before: null, during: null, after: null },
    backMs: null,
    isBackLater: false,
  }
}

/** The journal's wall clock has whole milliseconds. */
function sinceMs(fromMs: number, { atMs }: Timed): number {
  return Math.max(0, atMs - fromMs)
}

const CLOCK_MS = 1

function eventBetween(
  { events }: Recording,
  fromMs: number,
  toMs: number,
  isWanted: (timed: Timed) => boolean,
): Timed | undefined {
  return events.find(timed => timed.atMs >= fromMs - CLOCK_MS && timed.atMs < toMs && isWanted(timed))
}

function rulesAfter(recording: Recording, fromMs: number, toMs: number): Timed | undefined {
  return eventBetween(recording, fromMs, toMs, ({ event }) => event.type === "weights.applied")
}

function afterRules(recording: Recording, back: Timed): Timed {
  return rulesAfter(recording, back.atMs, recording.endMs) ?? back
}

function trafficBetween({ attempts, config, linkOf }: Recording, fromMs: number, toMs: number): Traffic {
  const opened = attempts.filter(({ ok, startMs }) => ok && startMs >= fromMs && startMs < toMs)
  if (opened.length === 0) return null
  const via = opened.map(attempt => linkOf(attempt.via ?? ""))
  const share = (name: string) => via.filter(link => link === name).length / opened.length
  return Object.fromEntries(config.links.map(({ name }) => [name, share(name)]))
}
