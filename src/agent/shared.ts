import { onChanges, onRecords, type Difference, type Peers, type Step } from "../core/peers.ts"
import type { Half, ShareNews } from "../share/share.ts"

/** Whether it works to share. */
export interface ShareState {
  /** By half; absent: it neither worked nor failed yet. */
  readonly works: Readonly<Partial<Record<Half, boolean>>>
  /** The last trouble. */
  readonly error: string
  /** Number of the last event that is in Redis; null: not known. */
  readonly publishedSeq: number | null
}

/** What is known at one moment. */
export interface Shared extends ShareState {
  readonly peers: Peers
  /** Where `peers` differs from what it was one step before. */
  readonly differences: readonly Difference[]
}

export const NOTHING_SHARED: Shared = { works: {}, error: "", publishedSeq: null, peers: new Map(), differences: [] }

/** `silence`: nothing could be read for so long that all that was known may be wrong by now. */
export type News = ShareNews | { readonly kind: "silence" }

/** `ttlMs`: how long a router without a record is believed to be there. */
export function onNews(before: Shared, news: News, atMs: number, ttlMs = 0): Shared {
  const same = before.differences.length === 0 ? before : { ...before, differences: [] }
  switch (news.kind) {
    case "works":
      return { ...same, works: { ...before.works, [news.half]: true } }
    case "fails":
      return { ...same, works: { ...before.works, [news.half]: false }, error: news.error }
    case "published":
      return { ...same, publishedSeq: news.seq }
    case "records":
      return withStep(same, onRecords(before.peers, news.site, news.peers, atMs - ttlMs))
    case "changes":
      return withStep(same, onChanges(before.peers, news.changes, atMs))
    case "silence":
      return withStep(same, forgotten(before.peers))
    case "bad":
      return same
  }
}

function withStep(shared: Shared, step: Step): Shared {
  return step.differences.length === 0 ? shared : { ...shared, ...step }
}

function forgotten(peers: Peers): Step {
  const differences = [...peers.values()].map(peer => ({ before: peer, after: undefined }))
  return { peers: NOTHING_SHARED.peers, differences }
}

/** Both halves work; null: neither that nor trouble is known yet. */
export function isConnected({ works: { writing, reading } }: ShareState): boolean | null {
  if (writing === false || reading === false) return false
  return writing === true && reading === true ? true : null
}
