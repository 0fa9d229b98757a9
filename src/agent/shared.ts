import { onChange, onRecords, type Peers } from "../core/peers.ts"
import type { Half, ShareNews } from "../share/share.ts"

/** What is known of sharing at one moment. */
export interface Shared {
  /** By half; absent: it neither worked nor failed yet. */
  readonly works: Readonly<Partial<Record<Half, boolean>>>
  /** The last trouble. */
  readonly error: string
  /** Number of the last event that is in Redis; null: not known. */
  readonly publishedSeq: number | null
  readonly peers: Peers
}

export const NOTHING_SHARED: Shared = { works: {}, error: "", publishedSeq: null, peers: new Map() }

/** `silence`: nothing could be read for so long that all that was known may be wrong by now. */
export type News = ShareNews | { readonly kind: "silence" }

export function onNews(before: Shared, news: News, atMs: number): Shared {
  switch (news.kind) {
    case "works":
      return { ...before, works: { ...before.works, [news.half]: true } }
    case "fails":
      return { ...before, works: { ...before.works, [news.half]: false }, error: news.error }
    case "published":
      return { ...before, publishedSeq: news.seq }
    case "records":
      return withPeers(before, onRecords(before.peers, [news.site], news.peers))
    case "change":
      return withPeers(before, onChange(before.peers, news.change, atMs))
    case "silence":
      return { ...before, peers: NOTHING_SHARED.peers }
    case "bad":
      return before
  }
}

function withPeers(before: Shared, peers: Peers): Shared {
  return peers === before.peers ? before : { ...before, peers }
}

/** Both halves work; null: neither that nor trouble is known yet. */
export function isConnected({ works: { writing, reading } }: Shared): boolean | null {
  if (writing === false || reading === false) return false
  return writing === true && reading === true ? true : null
}
