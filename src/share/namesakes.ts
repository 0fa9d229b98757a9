import type { Peer } from "../core/peers.ts"

/**
 * Whether a record under this router's own name is another router's, which goes on writing; that of this router's own last
 * run is there for a while after a restart, and never changes.
 */
export function noticeNamesakes(run: string): (own: Peer) => boolean {
  let last: string | null = null
  return record => {
    if (record.run === run) return false
    const isNew = last !== null && record.written !== last
    last = record.written
    return isNew
  }
}
