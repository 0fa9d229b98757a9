import type { FamilyStatus, LinkStatus, Status, TargetStatus } from "../core/status-shape.ts"
import { millis, percent } from "../core/figures.ts"
import { ago, columns, paintState, type Paint } from "./format.ts"
import { inIpv6 } from "./in-ipv6.ts"
import { isObstacle } from "./obstacles.ts"
import { targetState } from "./target-state.ts"

const head = ["LINK", "STATE", "SHARE", "WEIGHT", "LOSS", "RTT", "JITTER"]
const alignments = ["left", "left", "right", "right", "right", "right", "right"] as const

/** A line of a table, and lines below it that are not part of the table. */
interface Row {
  readonly cells: readonly string[]
  readonly below: readonly string[]
}

/** Each link with its targets, IPv6 below IPv4. All rows are aligned, then the lines between them are put in. */
export function linkTable({ links, pid }: Status, paint: Paint, nowMs: number): string {
  const watchedMs = pid === null ? null : nowMs
  const rows: readonly Row[] = [
    { cells: head.map(paint.dim), below: [] },
    ...links.flatMap(link => [
      linkRow(link, paint, watchedMs),
      ...(pid === null ? [] : link.targets.map(targetRow(paint, links, "  "))),
      ...(link.ipv6 === null ? [] : [familyRow(link.ipv6, link.carrier, paint, watchedMs)]),
      ...(pid === null || link.ipv6 === null ? [] : link.ipv6.targets.map(targetRow(paint, inIpv6(links), "    "))),
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
  const [state = "", ...measured] = familyCells(link, paint, nowMs)
  const cells = [paint.bold(link.name), `${state}${link.drained ? " drained" : ""}`, ...measured]
  cells.splice(3, 0, String(link.weight))
  return { cells, below: below(link, `${link.interface}, ${whereabouts(link, link.carrier)}`, paint, nowMs) }
}

function familyRow(ipv6: FamilyStatus, carrier: boolean | null, paint: Paint, nowMs: number | null): Row {
  const cells = ["  IPv6", ...familyCells(ipv6, paint, nowMs)]
  cells.splice(3, 0, "")
  return { cells, below: below(ipv6, `  ${whereabouts(ipv6, carrier)}`, paint, nowMs) }
}

/** State, share, loss, RTT, jitter. */
function familyCells(link: FamilyStatus, paint: Paint, nowMs: number | null): readonly string[] {
  const { state, share, loss, rttMs, jitterMs, damped } = link
  const now = nowMs === null ? `was ${state}` : stateNow(link, paint, nowMs)
  return [`${now}${damped ? " damped" : ""}`, percent(share), percent(loss), millis(rttMs), millis(jitterMs)]
}

function below({ state, reason }: FamilyStatus, where: string, paint: Paint, nowMs: number | null): readonly string[] {
  if (state === "up" || (nowMs === null && state === "unknown")) return [where]
  const indent = /^ */.exec(where)?.[0] ?? ""
  return isObstacle(reason) ? [paintState(paint, state, where)] : [where, paintState(paint, state, indent + reason)]
}

function stateNow({ state, since }: FamilyStatus, paint: Paint, nowMs: number): string {
  return `${paintState(paint, state)}${since === null ? "" : ` ${ago(since, nowMs)}`}`
}

/** An obstacle to the link is said here, and nowhere else. */
function whereabouts({ address, gateway, reason }: FamilyStatus, carrier: boolean | null): string {
  if (isObstacle(reason)) return reason
  if (carrier === false) return "no carrier"
  if (address === null) return "no address"
  return `${address}${gateway === null ? "" : ` via ${gateway}`}`
}

function targetRow(paint: Paint, links: readonly LinkStatus[], indent: string) {
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
    const below = state === "wrong" && trouble !== null ? [paint.red(`${indent}${trouble}`)] : []
    return { cells: [`${indent}${probe}`, words, "", "", percent(loss), millis(rttMs), ""], below }
  }
}
