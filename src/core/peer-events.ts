import type { EventDraft } from "./events.ts"
import type { LinkStateName } from "./link-state.ts"
import { isNamed, peerKey, type Peer, type PeerLink, type Step } from "./peers.ts"

/** What is worth telling of other routers after a step. `lost`: whom the journal tells to be gone; their links are unknown. */
export function peerEvents({ differences }: Pick<Step, "differences">, lost: LostPeers): readonly EventDraft[] {
  return differences.flatMap(({ before, after }): readonly EventDraft[] => {
    if (after === undefined) return before === undefined ? [] : [lostEvent(before)]
    if (lost.has(peerKey(after))) return after.links.flatMap(link => stateEvent(after, "unknown", link))
    const known = before?.links ?? []
    // Of every change of every router: most links are the very ones that they were.
    const news = after.links.filter(link => !known.includes(link))
    return news.flatMap(link => stateEvent(after, known.find(isNamed(link.name))?.state, link))
  })
}

/** By `site/router`: whom the journal tells to be gone, and not to be back. */
export type LostPeers = ReadonlySet<string>

/** Who is lost once this is told, too. */
export function lostAfter(lost: LostPeers, event: EventDraft): LostPeers {
  if (event.type !== "peer.lost" && event.type !== "peer.state") return lost
  const key = peerKey({ site: event.peerSite, router: event.peer })
  if (lost.has(key) === (event.type === "peer.lost")) return lost
  return event.type === "peer.lost" ? new Set([...lost, key]) : new Set([...lost].filter(each => each !== key))
}

function lostEvent({ router, site }: Peer): EventDraft {
  return { type: "peer.lost", peer: router, peerSite: site }
}

function stateEvent({ router, site }: Peer, from: LinkStateName | undefined, link: PeerLink): readonly EventDraft[] {
  const { name, line, state: to, reason } = link
  if (from === undefined || from === to) return []
  return [{ type: "peer.state", peer: router, peerSite: site, link: name, line, from, to, reason }]
}
