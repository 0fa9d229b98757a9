import type { LinkStatus, Status, TargetStatus } from "../core/status-shape.ts"
import { targetState } from "./target-state.ts"
import { isObstacle } from "./obstacles.ts"
import { peerLines } from "./peers-text.ts"
import { ago, clock, columns, millis, paintState, percent, type Paint } from "./format.ts"

/** `status` for people: the router, then each link with its targets. 80 columns are enough. */
export function statusText(status: Status, paint: Paint, nowMs: number): string {
  const isWatched = status.pid !== null
  return [
    heading(status, paint, nowMs),
    "",
    linkTable(status, paint, nowMs),
    ...peersPart(status, paint),
    ...(isWatched ? [] : ["", nextStep]),
  ].join("\n")
}

const nextStep = "States are the last that were known.\nStart the agent: systemctl start evenkeel, or: evenkeel run"

function heading(status: Status, paint: Paint, nowMs: number): string {
  const { router, site, pid, since } = status
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
  ])
}

/** In short; `peers` has the rest. */
function peersPart({ peers }: Status, paint: Paint): readonly string[] {
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

const head = ["LINK", "STATE", "SHARE", "WEIGHT", "LOSS", "RTT", "JITTER"]
const alignments = ["left", "left", "right", "right", "right", "right", "right"] as const

/** A line of a table, and lines below it that are not part of the table. */
interface Row {
  readonly cells: readonly string[]
  readonly below: readonly string[]
}

/** All rows are aligned with one another, then the lines between them are put in. */
function linkTable({ links, pid }: Status, paint: Paint, nowMs: number): string {
  const rows: readonly Row[] = [
    { cells: head.map(paint.dim), below: [] },
    ...links.flatMap(link => [
      linkRow(link, paint, pid === null ? null : nowMs),
      ...(pid === null ? [] : link.targets.map(targetRow(paint, links))),
    ]),
  ]
  const lines = columns(
    rows.map(row => row.cells),
    "",
    alignments,
  ).split("\n")
  return lines.flatMap((line, i) => [line, ...(rows[i]?.below ?? []).map(text => `  ${text}`)]).join("\n")
}

/** `nowMs` null: nobody watches, so the state is a thing of the past. */
function linkRow(link: LinkStatus, paint: Paint, nowMs: number | null): Row {
  const { name, state, share, weight, loss, rttMs, jitterMs, reason } = link
  const isWell = state === "up" || (nowMs === null && state === "unknown")
  const cells = [
    paint.bold(name),
    `${nowMs === null ? `was ${state}` : stateNow(link, paint, nowMs)}${flags(link)}`,
    percent(share),
    String(weight),
    percent(loss),
    millis(rttMs),
    millis(jitterMs),
  ]
  const where = whereabouts(link)
  if (isWell) return { cells, below: [where] }
  return {
    cells,
    below: isObstacle(reason) ? [paintState(paint, state, where)] : [where, paintState(paint, state, reason)],
  }
}

function stateNow({ state, since }: LinkStatus, paint: Paint, nowMs: number): string {
  return `${paintState(paint, state)}${since === null ? "" : ` ${ago(since, nowMs)}`}`
}

function flags({ drained, damped }: LinkStatus): string {
  return `${drained ? " drained" : ""}${damped ? " damped" : ""}`
}

/** An obstacle to the link is said here, and nowhere else. */
function whereabouts({ interface: device, carrier, address, gateway, reason }: LinkStatus): string {
  if (isObstacle(reason)) return `${device}, ${reason}`
  if (carrier === false) return `${device}, no carrier`
  if (address === null) return `${device}, no address`
  return `${device}, ${address}${gateway === null ? "" : ` via ${gateway}`}`
}

function targetRow(paint: Paint, links: readonly LinkStatus[]) {
  const colour = {
    answers: paint.reset,
    unknown: paint.cyan,
    wrong: paint.red,
    silent: paint.red,
    broken: paint.yellow,
  }
  return (target: TargetStatus): Row => {
    const { probe, state, loss, rttMs, trouble } = target
    const words = colour[state](targetState(target, links))
    const below = state === "wrong" && trouble !== null ? [paint.red(`  ${trouble}`)] : []
    return { cells: [`  ${probe}`, words, "", "", percent(loss), millis(rttMs), ""], below }
  }
}
