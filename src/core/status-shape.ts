import type { Evidence } from "./evidence.ts"
import type { LinkStateName } from "./link-state.ts"
import type { Probing } from "./pace.ts"
import type { Override } from "./overrides.ts"
import type { PeerLink } from "./peers.ts"
import type { Pending } from "./pending.ts"

/** What `status --json` prints. Times are RFC 3339 UTC, ratios and shares 0..1. */
export interface Status {
  readonly router: string
  readonly site: string
  /** Null: no agent runs. */
  readonly pid: number | null
  /** Start of the agent. */
  readonly since: string | null
  /** The rules as last read back from the kernel are the ones that the plan asks for. */
  readonly rulesInSync: boolean
  readonly lastApply: { readonly time: string; readonly tookMs: number } | null
  readonly links: readonly LinkStatus[]
  /** What an operator has decided at run time; links show it in `weight` and `drained`. */
  readonly overrides: readonly Override[]
  /** `lag`: events that are not in Redis yet; null: not known. `error`: why it is not connected; null: it is, or nothing is shared. */
  readonly share: { readonly connected: boolean; readonly lag: number | null; readonly error: string | null }
  readonly peers: readonly PeerStatus[]
}

/** Another router. Times are by this router's clock. */
export interface PeerStatus {
  readonly router: string
  readonly site: string
  readonly since: string
  /** Since its record was written, or a change of it was heard. */
  readonly lagMs: number
  readonly rulesInSync: boolean
  readonly links: readonly PeerLinkStatus[]
  readonly lastEvent: { readonly seq: number; readonly time: string; readonly type: string } | null
}

export interface PeerLinkStatus extends Omit<PeerLink, "sinceMs"> {
  readonly since: string
}

/** A link in one family. */
export interface FamilyStatus {
  readonly state: LinkStateName
  /** Null: it was never watched. */
  readonly since: string | null
  readonly reason: string
  /** Of new flows of this family. */
  readonly share: number
  /** Null: not measured now. */
  readonly loss: number | null
  readonly rttMs: number | null
  readonly jitterMs: number | null
  readonly damped: boolean
  readonly address: string | null
  readonly gateway: string | null
  readonly targets: readonly TargetStatus[]
}

/** What stands beside `ipv6` is IPv4's, or common to both. */
export interface LinkStatus extends FamilyStatus {
  readonly name: string
  readonly interface: string
  /** The physical line; null: it has no name that others know. */
  readonly line: string | null
  readonly weight: number
  readonly drained: boolean
  readonly carrier: boolean | null
  /** Null: IPv6 is not steered over this link. */
  readonly ipv6: FamilyStatus | null
}

export interface TargetStatus {
  readonly probe: string
  /** `wrong`: it answers, and not what it should. */
  readonly state: "unknown" | "answers" | "wrong" | "silent" | "broken"
  readonly loss: number | null
  readonly rttMs: number | null
  /** How its newest probe was lost, in words; null: it was answered, or there was silence. */
  readonly trouble: string | null
}

/** What `explain LINK --json` prints. What stands beside `ipv6` is IPv4's. */
export interface Explanation extends FamilyExplanation {
  readonly link: LinkStatus
  /** Null: IPv6 is not steered over this link. */
  readonly ipv6: FamilyExplanation | null
}

/** The evidence behind the last decision, how things stand now, what would change them. */
export interface FamilyExplanation {
  /** What decided the present state; null: that was never written down. */
  readonly decidedBy: Evidence | null
  /** Null: no agent runs. */
  readonly now: Evidence | null
  readonly pending: Pending | null
  /** Null: no agent runs. */
  readonly probing: Probing | null
  /** What keeps a flapping link out of service, and for how long yet; null: it is not damped. */
  readonly damping: { readonly penalty: number; readonly leftMs: number } | null
}
