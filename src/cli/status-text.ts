import type { PolicyFlows } from "../core/policy-flows.ts"
import type { Status } from "../core/status-shape.ts"
import { linkTable } from "./link-table.ts"
import { overrideText } from "./override-text.ts"
import { peerLines } from "./peers-text.ts"
import { policyTable } from "./policy-flows-text.ts"
import { millis } from "../core/figures.ts"
import { ago, clock, columns, type Paint } from "./format.ts"

/** `status` for people: the router, then each link with its targets; `policies` null: their counters may not be read. */
export function statusText(
  status: Status,
  paint: Paint,
  nowMs: number,
  policies: readonly PolicyFlows[] | null = [],
): string {
  const isWatched = status.pid !== null
  return [
    heading(status, paint, nowMs),
    "",
    linkTable(status, paint, nowMs),
    ...policyTable(policies ?? [], paint),
    ...peersPart(status, paint),
    ...(isWatched ? [] : ["", nextStep]),
  ].join("\n")
}

const nextStep = "States are the last that were known.\nStart the agent: systemctl start evenkeel, or: evenkeel run"

/** The router, its agent, its rules, what is shared and what was decided by hand; a line each. */
export function heading(status: Status, paint: Paint, nowMs: number): string {
  const { router, site, pid, since, overrides } = status
  const agent =
    pid === null || since === null
      ? paint.red("not running: nobody watches the links")
      : `pid ${pid}, running for ${ago(since, nowMs)}, since ${clock(since)}`
  const share = shareText(status, paint)
  return columns([
    ["router", `${paint.bold(router)}, site ${site}`],
    ["agent", agent],
    ["rules", `${rulesText(status, paint)}${applyText(status, nowMs)}`],
    ...(share === null ? [] : [["share", share]]),
    ...overrides.map((override, i) => [i === 0 ? "by hand" : "", overrideText(override)]),
  ])
}

/** In short; `peers` has the rest. Begins with an empty line, if there is anything. */
export function peersPart({ peers }: Status, paint: Paint): readonly string[] {
  return peers.length === 0 ? [] : ["", columns([["PEER", "LINKS"].map(paint.dim), ...peerLines(peers, paint)])]
}

/** Null: nothing is shared. */
function shareText({ share: { connected, lag, error } }: Status, paint: Paint): string | null {
  if (error === null && !connected) return null
  const waiting = lag === null || lag === 0 ? "" : `, ${lag} events wait to be sent`
  return `${connected ? paint.green("connected") : paint.yellow(`not connected: ${error ?? ""}`)}${waiting}`
}

function rulesText({ rulesInSync, pid, links }: Status, paint: Paint): string {
  if (rulesInSync) return paint.green("in sync")
  if (pid !== null) return paint.red("not in sync: the agent is mending them (evenkeel events --type rules.failed)")
  const isSetUp = links.some(link => link.share > 0)
  return isSetUp
    ? paint.yellow("differ from the configuration (evenkeel plan)")
    : paint.red("none: flows are not balanced (evenkeel apply)")
}

function applyText({ lastApply }: Status, nowMs: number): string {
  if (lastApply === null) return ""
  return `, last changed ${ago(lastApply.time, nowMs)} ago (${clock(lastApply.time)}) in ${millis(lastApply.tookMs)}`
}
