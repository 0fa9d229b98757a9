import type { EventDraft } from "./events.ts"
import type { Rumour } from "./hints.ts"
import type { LinkStateName } from "./link-state.ts"

/** Another router, as it was last heard of. Monotonic milliseconds of this router. */
export interface Peer {
  readonly router: string
  readonly site: string
  /** When its agent started: another one may number its events anew. */
  readonly sinceMs: number
  /** Tells one run of its agent from another. */
  readonly run: string
  /** Number of its last event that is known here. */
  readonly seq: number
  /** When its record was written, by its own clock. */
  readonly written: string
  /** When that record was first seen here, or a change since. */
  readonly heardMs: number
  readonly rulesInSync: boolean
  readonly links: readonly PeerLink[]
  readonly lastEvent: PeerEvent | null
}

export interface PeerLink {
  readonly name: string
  readonly line: string | null
  readonly state: LinkStateName
  readonly sinceMs: number
  readonly reason: string
  readonly weight: number
  /** Of its new flows, 0..1. */
  readonly share: number
  readonly loss: number | null
  readonly rttMs: number | null
  readonly drained: boolean
  readonly damped: boolean
}

interface PeerEvent {
  readonly seq: number
  readonly type: string
  readonly atMs: number
}

/** A change of state as the other router's journal tells it. */
export interface PeerChange {
  readonly router: string
  readonly site: string
  readonly seq: number
  readonly type: string
  /** Null: it is about something else than a link's state. */
  readonly link: { readonly name: string; readonly state: LinkStateName; readonly reason: string } | null
}

/** By `site/router`. */
export type Peers = ReadonlyMap<string, Peer>

function peerKey({ site, router }: Pick<Peer, "site" | "router">): string {
  return `${site}/${router}`
}

/** All records of `sites` that there are. What was heard of a router after its record was written stays; who has none is gone. */
export function onRecords(peers: Peers, sites: readonly string[], records: readonly Peer[]): Peers {
  const others = [...peers].filter(([, { site }]) => !sites.includes(site))
  return new Map([
    ...others,
    ...records.map(record => [peerKey(record), newer(peers.get(peerKey(record)), record)] as const),
  ])
}

function newer(known: Peer | undefined, record: Peer): Peer {
  if (known?.run !== record.run) return record
  return record.written === known.written || record.seq < known.seq ? known : record
}

/** A change that is known already, or of a router whose record was not read yet, changes nothing. */
export function onChange(peers: Peers, change: PeerChange, atMs: number): Peers {
  const key = peerKey(change)
  const known = peers.get(key)
  if (known === undefined || change.seq <= known.seq) return peers
  const { seq, type, link } = change
  const links =
    link === null ? known.links : known.links.map(each => (each.name === link.name ? changed(each, link, atMs) : each))
  return new Map(peers).set(key, { ...known, seq, heardMs: atMs, links, lastEvent: { seq, type, atMs } })
}

function changed(link: PeerLink, { state, reason }: NonNullable<PeerChange["link"]>, atMs: number): PeerLink {
  return { ...link, state, reason, sinceMs: link.state === state ? link.sinceMs : atMs }
}

/** What this router takes an interest in. */
export interface Interest {
  readonly site: string
  /** Lines that its own links are. */
  readonly lines: ReadonlySet<string>
  /** Whose view counts; null: everybody's. */
  readonly follow: string | null
}

/** What is to be said of this router's own lines after a step. Only routers of its own site name lines as it does. */
export function rumoursBetween(before: Peers, after: Peers, interest: Interest): readonly Rumour[] {
  const changed = changedPeers(before, after).filter(([old, peer]) => (peer ?? old)?.site === interest.site)
  const lines = new Set(changed.flatMap(([old, peer]) => [...linesOf(old), ...linesOf(peer)]))
  const ours = [...lines].filter(line => interest.lines.has(line))
  return [
    ...changed.flatMap(([old, peer]) => hints(old, peer).filter(({ line }) => interest.lines.has(line))),
    ...ours.map(line => seen(line, after, interest)),
  ]
}

/** What is worth telling of other routers after a step. */
export function peerEventsBetween(before: Peers, after: Peers): readonly EventDraft[] {
  return changedPeers(before, after).flatMap(([old, peer]): readonly EventDraft[] => {
    if (old === undefined) return []
    if (peer === undefined) return [{ type: "peer.lost", peer: old.router, peerSite: old.site }]
    return peer.links.flatMap(link => stateEvent(peer, old.links.find(isNamed(link.name)), link))
  })
}

function stateEvent({ router, site }: Peer, old: PeerLink | undefined, link: PeerLink): readonly EventDraft[] {
  const { name, line, state: to, reason } = link
  if (old === undefined || old.state === to) return []
  return [{ type: "peer.state", peer: router, peerSite: site, link: name, line, from: old.state, to, reason }]
}

type Pair = readonly [before: Peer | undefined, after: Peer | undefined]

function changedPeers(before: Peers, after: Peers): readonly Pair[] {
  if (before === after) return []
  const came = [...after]
    .filter(([key, peer]) => before.get(key) !== peer)
    .map(([key, peer]): Pair => [before.get(key), peer])
  const went = [...before].filter(([key]) => !after.has(key)).map(([, peer]): Pair => [peer, undefined])
  return [...came, ...went]
}

function linesOf(peer: Peer | undefined): readonly string[] {
  return (peer?.links ?? []).map(({ line }) => line).filter(line => line !== null)
}

/** A router that is first heard of when its line has long been down tells nothing new. */
function hints(old: Peer | undefined, peer: Peer | undefined): readonly (Rumour & { readonly kind: "hint" })[] {
  if (old === undefined || peer === undefined) return []
  return peer.links.flatMap(({ name, line, state }) => {
    const before = old.links.find(isNamed(name))?.state
    const isNew = state === "down" && (before === "up" || before === "degraded")
    return line === null || !isNew ? [] : [{ kind: "hint", line, by: peer.router } as const]
  })
}

/** One router that gets through proves a line to work. */
function seen(line: string, peers: Peers, { site, follow }: Interest): Rumour {
  const views = [...peers.values()]
    .filter(peer => peer.site === site && (follow === null || follow === peer.router))
    .flatMap(({ router, links }) => links.filter(link => link.line === line).map(link => ({ router, link })))
  const best = views.find(({ link }) => isWorking(link)) ?? views.find(({ link }) => link.state === "down") ?? views[0]
  if (best === undefined) return { kind: "seen", line, view: null, by: null }
  const { router, link } = best
  return {
    kind: "seen",
    line,
    view: { state: link.state, reason: `as ${router} sees its line: ${link.reason}` },
    by: router,
  }
}

function isWorking({ state }: PeerLink): boolean {
  return state === "up" || state === "degraded"
}

function isNamed(name: string) {
  return (link: PeerLink) => link.name === name
}
