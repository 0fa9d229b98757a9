import type { Networks } from "./networks.ts"

/** One value for each family of addresses. */
export interface PerFamily<T> {
  readonly 4: T
  readonly 6: T
}

/** Where new flows go that meet `match`. */
export interface PolicyConfig {
  readonly name: string
  readonly match: Match
  readonly use: Use
  /**
   * With none of its links in service: `next`, as if it did not match; `balance`, straight to `LOAD_BALANCE`; `block`,
   * refused, and the client is told.
   */
  readonly ifDown: "next" | "balance" | "block"
}

/** Names of links in order of preference, or what each takes of the flows. */
export type Use =
  | { readonly kind: "order"; readonly links: readonly string[] }
  | { readonly kind: "balance"; readonly shares: readonly { readonly link: string; readonly weight: number }[] }

/** What a flow's first packet must be: all of it, and one of each list. An empty list and null ask for nothing. */
export interface Match {
  /** Networks of either family, as iptables-save(8) prints them: `10.0.0.5/32`, `2001:db8::/32`. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** The word with which each family's iptables-save prints the protocol. */
  readonly proto: readonly PerFamily<string>[]
  readonly sport: readonly PortRange[]
  readonly dport: readonly PortRange[]
  /** Name of one of `Config.sets`: the destination is in it. */
  readonly set: string | null
  /** The six bits of RFC 2474. */
  readonly dscp: number | null
  readonly in: string | null
}

/** Both ends are part of it. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

export type SetConfig = OwnedSet | ExternalSet

/** Made, filled and destroyed by evenkeel. Networks are written as in `Match`. */
export interface OwnedSet {
  readonly kind: "owned"
  readonly name: string
  readonly networks: PerFamily<Networks>
}

/** Filled by somebody else, under these names of the kernel's; null: none for that family. */
interface ExternalSet {
  readonly kind: "external"
  readonly name: string
  readonly ipsets: PerFamily<string | null>
}
