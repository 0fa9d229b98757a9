import type { Peer, PeerChange } from "../core/peers.ts"

/** What there is to be heard of other routers. */
export type Heard =
  /** All routers of a site that there are. */
  | { readonly kind: "records"; readonly site: string; readonly peers: readonly Peer[] }
  /** In the order in which they came. */
  | { readonly kind: "changes"; readonly changes: readonly PeerChange[] }
  | Bad

/** Something that no evenkeel writes, and where it is. */
export interface Bad {
  readonly kind: "bad"
  readonly where: string
  readonly why: string
}
