import type { PeerLinkStatus, PeerStatus, Status } from "../../../core/status-shape.ts"
import { el } from "../dom.ts"
import { timeAgo } from "../times.ts"
import { percent } from "../../../core/figures.ts"
import { duration } from "../words.ts"
import { flags, stateBadge } from "./state.ts"

/** What the other routers of the site say of their links. */
export function peersPanel(root: HTMLElement) {
  const body = el("div")
  root.append(body)
  let drawn = ""
  return {
    update({ peers, share }: Status): void {
      // How long ago they were heard of changes all the time; it is told to the second only when it is long.
      const next = JSON.stringify([share, peers.map(peer => ({ ...peer, lagMs: lagWords(peer) }))])
      if (next === drawn) return
      drawn = next
      body.replaceChildren(...notice(share), ...(peers.length === 0 ? [empty(share)] : peers.map(peerPart)))
    },
  }
}

function notice({ connected, error }: Status["share"]): readonly Node[] {
  if (connected || error === null) return []
  return [el("p", { class: "trouble", text: `Redis does not work (${error}): this is what was last heard.` })]
}

function empty({ connected, error }: Status["share"]): HTMLElement {
  const isShared = connected || error !== null
  const text = isShared ? "No other router is heard of." : "This router shares nothing: its configuration has no share."
  return el("p", { class: "empty", text })
}

const OFTEN_MS = 20_000

function lagWords({ lagMs }: PeerStatus): string {
  return lagMs < OFTEN_MS ? "" : `last heard of ${duration(lagMs)} ago`
}

function peerPart(peer: PeerStatus): HTMLElement {
  const lag = lagWords(peer)
  const rules = peer.rulesInSync ? "rules in sync" : "rules not in sync"
  return el(
    "div",
    { class: "peer" },
    el("h3", { text: peer.router }),
    el("p", { class: "quiet", text: [`site ${peer.site}`, rules, ...(lag === "" ? [] : [lag])].join(" · ") }),
    el("ul", {}, ...peer.links.map(peerLink)),
    ...(peer.links.length === 0 ? [el("p", { class: "empty", text: "It has no links." })] : []),
  )
}

function peerLink(link: PeerLinkStatus): HTMLElement {
  const { name, line, state, since, reason, share } = link
  const words = [
    ...(line === null ? [] : [`line ${line}`]),
    ...flags(link),
    `share ${percent(share)}`,
    ...(state === "up" ? [] : [reason]),
  ]
  return el(
    "li",
    {},
    el("span", { class: "peer-link" }, el("span", { text: name }), stateBadge(state), timeAgo(Date.parse(since))),
    el("span", { class: "quiet", text: words.join(" · ") }),
  )
}
