import type { Peer, PeerChange } from "../core/peers.ts"

/** Who pretends to be thousands is not looked for. */
const MOST_NOTICED = 1_000

/** Routers that spoke before they were in any survey: they have just started, and are worth looking for at once. */
export interface Strangers {
  readonly onRecords: (peers: readonly Peer[]) => void
  readonly onChanges: (changes: readonly PeerChange[]) => void
  /** One has spoken since the last survey. */
  readonly areThere: () => boolean
}

/** Each is noticed once, so that one whose record cannot be read is not looked for again and again. */
export function noticeStrangers(): Strangers {
  const noticed = new Set<string>()
  let areThere = false
  const isNew = ({ site, router }: Pick<Peer, "site" | "router">) => {
    const before = noticed.size
    if (before < MOST_NOTICED) noticed.add(`${site}/${router}`)
    return noticed.size > before
  }
  return {
    onRecords: peers => {
      peers.forEach(isNew)
      areThere = false
    },
    onChanges: changes => {
      for (const change of changes) areThere = isNew(change) || areThere
    },
    areThere: () => areThere,
  }
}
