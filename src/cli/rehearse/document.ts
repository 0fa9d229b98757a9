import type { Original } from "../../lab/rehearse/copy.ts"
import type { Rehearsal, Run } from "../../lab/rehearse/report.ts"
import { millis } from "../../core/figures.ts"

/**
 * What `rehearse --json` prints:
 * `{ config, ok, maxOutageMs, tookMs, notes: [text], runs: [{ link, scenario, troubles: [text], … }] }`, where the rest of a
 * run is as `Run` documents it.
 */
export interface Document {
  /** The file that was rehearsed. */
  readonly config: string
  /** Nothing is amiss with any run. */
  readonly ok: boolean
  /** The limit that was asked for; null: none was. */
  readonly maxOutageMs: number | null
  readonly tookMs: number
  readonly notes: readonly string[]
  readonly runs: readonly JudgedRun[]
}

export interface JudgedRun extends Run {
  /** What is amiss, in words; empty: nothing. */
  readonly troubles: readonly string[]
}

export function documentOf({ file }: Original, rehearsal: Rehearsal, maxOutageMs: number | null): Document {
  const runs = rehearsal.runs.map(run => ({ ...run, troubles: troublesOf(run, maxOutageMs) }))
  const ok = runs.every(({ troubles }) => troubles.length === 0)
  return { config: file, ok, maxOutageMs, tookMs: rehearsal.tookMs, notes: rehearsal.notes, runs }
}

export function outageOf({ outage }: Run): number {
  return Math.max(outage.newConnectionsMs, outage.openFlowsMs)
}

function troublesOf(run: Run, maxOutageMs: number | null): readonly string[] {
  if (run.error !== null) return [`could not be rehearsed: ${run.error}`]
  const { brokenElsewhere } = run.flows
  return [
    ...(run.detectedMs === null ? ["not detected"] : []),
    ...(brokenElsewhere === 0 ? [] : [`${brokenElsewhere} long flows broke on links that were healthy`]),
    ...(maxOutageMs === null || outageOf(run) <= maxOutageMs
      ? []
      : [`users were cut off for ${millis(outageOf(run))}, longer than --max-outage ${millis(maxOutageMs)}`]),
  ]
}
