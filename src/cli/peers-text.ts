import type { PeerLinkStatus, PeerStatus, Status } from "../core/status-shape.ts"
import { duration, percent } from "../core/figures.ts"
import { ago, columns, paintState, type Paint } from "./format.ts"

const head = ["ROUTER", "LINK", "LINE", "STATE", "SHARE", "LAST EVENT"]
const alignments = ["left", "left", "left", "left", "right", "left"] as const

/** `peers` for people: every other router, each of its links in a line, and below them what is wrong. */
export function peersText({ peers, share }: Pick<Status, "peers" | "share">, paint: Paint, nowMs: number): string {
  const notice = share.connected
    ? []
    : [paint.yellow(`Redis does not work (${share.error ?? "nothing is shared"}): this is what was last heard`), ""]
  if (peers.length === 0) return [...notice, "No other router is heard of."].join("\n")
  const rows = peers.flatMap(peer =>
    peer.links.length === 0
      ? [[paint.bold(`${peer.site}/${peer.router}`), "none", "", "", "", lastEvent(peer, nowMs)]]
      : peer.links.map((link, i) => row(peer, link, i === 0, paint, nowMs)),
  )
  const reasons = peers.flatMap(peer => peer.links.filter(isWorthWords).map(link => reason(peer, link, paint)))
  return [
    ...notice,
    columns([head.map(paint.dim), ...rows], "", alignments),
    ...(reasons.length > 0 ? [""] : []),
    ...reasons,
  ].join("\n")
}

function row(peer: PeerStatus, link: PeerLinkStatus, isFirst: boolean, paint: Paint, nowMs: number): readonly string[] {
  const flags = `${link.drained ? " drained" : ""}${link.damped ? " damped" : ""}`
  return [
    isFirst ? paint.bold(`${peer.site}/${peer.router}`) : "",
    link.name,
    link.line ?? "–",
    `${paintState(paint, link.state)} ${ago(link.since, nowMs)}${flags}`,
    percent(link.share),
    isFirst ? lastEvent(peer, nowMs) : "",
  ]
}

function lastEvent({ lastEvent: last, lagMs }: PeerStatus, nowMs: number): string {
  const event = last === null ? "none" : `${last.type} ${ago(last.time, nowMs)} ago`
  return `${event}; heard ${duration(lagMs)} ago`
}

function isWorthWords({ state }: PeerLinkStatus): boolean {
  return state === "down" || state === "degraded"
}

function reason({ router }: PeerStatus, { name, state, reason: why }: PeerLinkStatus, paint: Paint): string {
  return `${router} ${name}: ${paintState(paint, state, why)}`
}

/** One line for `status`: `rtr-b: isp1 up, isp2 down`. */
export function peerLines(peers: readonly PeerStatus[], paint: Paint): readonly (readonly [string, string])[] {
  return peers.map(({ router, site, links }) => [
    `${site}/${router}`,
    links.map(({ name, state }) => `${name} ${paintState(paint, state)}`).join(", "),
  ])
}
