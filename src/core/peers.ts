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
  /** It has targets of its own; without, its state is what others say. */
  readonly probed: boolean
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

export function peerKey({ site, router }: Pick<Peer, "site" | "router">): string {
  return `${site}/${router}`
}

/** A router before a step and after it; undefined: it was not known, or is gone. */
export interface Difference {
  readonly before: Peer | undefined
  readonly after: Peer | undefined
}

/** What is known after a step, and where that differs: of hundreds of routers, mostly one. */
export interface Step {
  readonly peers: Peers
  readonly differences: readonly Difference[]
}

/** A record may be older than a change that was heard before it was read, but not for long: it is written at once. */
const RECORD_LATE_MS = 5_000

/**
 * All records of a site that there are. What was heard of a router after its record was written stays. Who has none and was
 * not heard of since `goneMs` is gone; until then Redis may just have been wiped.
 */
export function onRecords(peers: Peers, site: string, records: readonly Peer[], goneMs = Infinity): Step {
  const found = new Map(records.map(record => [peerKey(record), newer(peers.get(peerKey(record)), record)] as const))
  const gone = [...peers].filter(([key, peer]) => peer.site === site && !found.has(key) && peer.heardMs < goneMs)
  const news = [...found].filter(([key, peer]) => peers.get(key) !== peer)
  if (gone.length === 0 && news.length === 0) return { peers, differences: [] }
  const after = new Map([...peers, ...found])
  for (const [key] of gone) after.delete(key)
  const differences = [
    ...news.map(([key, peer]) => ({ before: peers.get(key), after: peer })),
    ...gone.map(([, peer]) => ({ before: peer, after: undefined })),
  ]
  return { peers: after, differences }
}

function newer(known: Peer | undefined, record: Peer): Peer {
  if (known?.run !== record.run) return record
  const isOlder = record.seq < known.seq && record.heardMs - known.heardMs < RECORD_LATE_MS
  return record.written === known.written || isOlder ? known : record
}

/** A change that is known already, or of a router whose record was not read yet, changes nothing. */
export function onChanges(peers: Peers, changes: readonly PeerChange[], atMs: number): Step {
  const news = new Map<string, Difference>()
  for (const change of changes) {
    const key = peerKey(change)
    const known = news.get(key)?.after ?? peers.get(key)
    if (known !== undefined && change.seq > known.seq)
      news.set(key, { before: peers.get(key), after: withChange(known, change, atMs) })
  }
  if (news.size === 0) return { peers, differences: [] }
  const after = new Map(peers)
  for (const [key, { after: peer }] of news) if (peer !== undefined) after.set(key, peer)
  return { peers: after, differences: [...news.values()] }
}

function withChange(known: Peer, { seq, type, link }: PeerChange, atMs: number): Peer {
  const isIt = ({ name }: PeerLink) => name === link?.name
  const links = link === null ? known.links : known.links.map(each => (isIt(each) ? changed(each, link, atMs) : each))
  return { ...known, seq, heardMs: atMs, links, lastEvent: { seq, type, atMs } }
}

function changed(link: PeerLink, { state, reason }: NonNullable<PeerChange["link"]>, atMs: number): PeerLink {
  return { ...link, state, reason, sinceMs: link.state === state ? link.sinceMs : atMs }
}

export function isNamed(name: string) {
  return (link: PeerLink) => link.name === name
}
