import type { AlertConfig } from "./alerts/config.ts"
import type { PolicyConfig, SetConfig } from "./policy-config.ts"
import type { ProbeSpec } from "./probe-spec.ts"
import type { ShareConfig } from "./share-config.ts"
import type { WebConfig } from "./web-config.ts"

/** The configuration after parsing and defaults: what the rest of evenkeel works with. Text never gets past src/config. */
export interface Config {
  readonly router: string
  readonly site: string
  /** Directory of the journal and the last state. */
  readonly stateDir: string
  /** Path of the control socket. */
  readonly socket: string
  /** Interfaces whose flows are balanced. */
  readonly lan: readonly string[]
  /** The only mark bits evenkeel reads or writes. */
  readonly markMask: number
  readonly routerTraffic: "balance" | "leave"
  readonly allDown: "keep" | "stop marking" | "unreachable"
  readonly links: readonly LinkConfig[]
  readonly health: HealthSettings
  /** The first that matches a new flow decides, before `LOAD_BALANCE`. */
  readonly policies: readonly PolicyConfig[]
  readonly sets: readonly SetConfig[]
  /** A source keeps its link for so long after its last new flow; null: each flow draws by itself. */
  readonly sticky: { readonly forMs: number } | null
  /** Null: nothing is shared. */
  readonly share: ShareConfig | null
  readonly alerts: readonly AlertConfig[]
  /** Null: there is no page, no API and no metrics. */
  readonly web: WebConfig | null
  readonly log: { readonly level: LogLevel }
}

type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent"

export interface LinkConfig {
  readonly name: string
  readonly interface: string
  /** Non-zero, within `Config.markMask`. */
  readonly mark: number
  /** Relative share of new flows; 0 never carries any. */
  readonly weight: number
  /** 1 is the best; a worse tier carries new flows only when no link of a better one can. */
  readonly tier: number
  /** Routing table that holds this link's default route. */
  readonly table: number
  /** `auto`: as the DHCP or PPP client set it; `none`: point to point; else an IPv4 address. */
  readonly gateway: string
  /** `auto`: from router advertisements or as somebody set it; `off`: no IPv6 over this link; else as `gateway`. */
  readonly gateway6: string
  readonly nat: Nat
  readonly nat6: Nat
  /** `move`: a dead link's flows re-balance at once; `hold`: they wait for it. */
  readonly onDown: "move" | "hold"
  /** Its flows move back when a better tier returns. */
  readonly metered: boolean
  /** Maintenance: no new flows, `last`: unless no other link can carry them, `all`: whatever the others do. */
  readonly drain: null | "last" | "all"
  /** The physical line, by the name that every router of the site gives it; null: nobody shares it. */
  readonly line: string | null
  readonly probes: readonly ProbeSpec[]
}

/** How sources are translated on the way out. */
export type Nat = "masquerade" | "none" | { readonly snat: string } | PrefixNat

/** Only the prefix, host for host (IPv6). What begins outside is translated to `inside`; null: it is not. */
interface PrefixNat {
  readonly prefix: string
  readonly inside: string | null
}

export interface HealthSettings {
  /** Pace of each link's probes, spread over its targets. */
  readonly intervalMs: number
  /** `auto`: from the measured RTT (core/rtt.ts). */
  readonly timeoutMs: number | "auto"
  /** Silence since the last answer that, once confirmed by a burst, means down. */
  readonly downAfterMs: number
  /** Good answers for this long bring a down link back. */
  readonly upAfterMs: number
  /** Distinct targets that must answer. */
  readonly quorum: number
  /** Beyond either, a link that answers is degraded: new flows get `share` of its weight. Ratios 0..1. */
  readonly degraded: { readonly lossRatio: number; readonly rttMs: number; readonly share: number }
  /** Penalties of a link that flaps (core/damping.ts). */
  readonly damping: { readonly halfLifeMs: number; readonly suppress: number; readonly reuse: number }
}
