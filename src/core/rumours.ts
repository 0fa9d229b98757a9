import type { Rumour } from "./hints.ts"
import { isNamed, type Difference, type Peer, type PeerLink, type Peers, type Step } from "./peers.ts"

/** What this router takes an interest in. */
export interface Interest {
  readonly site: string
  /** Lines that its own links are. */
  readonly lines: ReadonlySet<string>
  /** Whose view counts; null: everybody's. */
  readonly follow: string | null
}

/** What is to be said of this router's own lines after a step. Only routers of its own site name lines as it does. */
export function rumoursOf({ peers, differences }: Step, interest: Interest): readonly Rumour[] {
  const isOurs = (line: string | null) => line !== null && interest.lines.has(line)
  const concerns = (peer: Peer | undefined) =>
    peer?.site === interest.site && peer.links.some(({ line }) => isOurs(line))
  // Asked of every change of every router: most are about lines of others.
  const near = differences.filter(({ before, after }) => concerns(after) || concerns(before))
  const lines = new Set(near.flatMap(({ before, after }) => [...linesOf(before), ...linesOf(after)]).filter(isOurs))
  const hinted = near.flatMap(hints).filter(({ line }) => isOurs(line))
  return [...hinted, ...[...lines].map(line => seen(line, peers, interest))]
}

function linesOf(peer: Peer | undefined): readonly string[] {
  return (peer?.links ?? []).map(({ line }) => line).filter(line => line !== null)
}

/** A router that is first heard of when its line has long been down tells nothing new. */
function hints({ before: old, after: peer }: Difference): readonly (Rumour & { readonly kind: "hint" })[] {
  if (old === undefined || peer === undefined) return []
  return peer.links.flatMap(({ name, line, state, probed }) => {
    const before = old.links.find(isNamed(name))?.state
    const isNew = state === "down" && (before === "up" || before === "degraded")
    return line === null || !isNew || !probed ? [] : [{ kind: "hint", line, by: peer.router } as const]
  })
}

/** One router that gets through proves a line to work. Who only repeats what others say proves nothing. */
function seen(line: string, peers: Peers, { site, follow }: Interest): Rumour {
  const views = [...peers.values()]
    .filter(peer => peer.site === site && (follow === null || follow === peer.router))
    .flatMap(({ router, links }) =>
      links.filter(link => link.probed && link.line === line).map(link => ({ router, link })),
    )
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
