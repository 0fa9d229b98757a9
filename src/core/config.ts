import type { PolicyConfig, SetConfig } from "./policy-config.ts"

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

/** Of addresses. Links, their marks and tables are common to both; gateways, translation and health are not. */
export type Family = 4 | 6

/** How sources are translated on the way out. `prefix`: only the prefix, host for host (IPv6). */
export type Nat = "masquerade" | "none" | { readonly snat: string } | { readonly prefix: string }

/** `address` is an IPv4 address in dotted form, or an IPv6 address as RFC 5952 writes it. */
export type ProbeSpec =
  | { readonly kind: "icmp"; readonly address: string }
  | { readonly kind: "tcp"; readonly address: string; readonly port: number }
  | HttpSpec
  | DnsSpec

export interface HttpSpec {
  readonly kind: "http"
  /** `http:` or `https:`, without credentials and fragment. */
  readonly url: string
  /** Of the URL: a name, or an address without brackets. */
  readonly host: string
  /** The status to expect; null: any from 200 to 299. */
  readonly expect: number | null
  /** What the answer must contain; null: anything. */
  readonly body: string | null
  /** The version of IP to ask over: that of the URL's address, or chosen for its name. */
  readonly family: 4 | 6
  /** Whom to ask for the URL's name; null: the name servers of this router. */
  readonly resolver: NameServer | null
}

export interface NameServer {
  readonly address: string
  readonly port: number
}

/** The address and port are the name server's. */
export interface DnsSpec extends NameServer {
  readonly kind: "dns"
  readonly name: string
  readonly type: "A" | "AAAA"
  /** The address that must be among the answers; null: any answer will do. */
  readonly answer: string | null
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

/** Where the state of this router is published, and whose is read. */
export interface ShareConfig {
  readonly store: StoreAddress
  readonly login: StoreLogin
  /** Null: not encrypted. */
  readonly tls: StoreTls | null
  /** In front of every key. */
  readonly prefix: string
  /** A router whose record was not renewed for so long is gone. */
  readonly ttlMs: number
  /** The router that decides for links of the same line that have no probes of their own; null: none. */
  readonly follow: string | null
  /** Other sites whose routers are shown. */
  readonly sites: readonly string[]
}

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Where Redis is. */
export type StoreAddress =
  | ({ readonly kind: "single" } & Endpoint)
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "sentinels"; readonly sentinels: readonly Endpoint[]; readonly name: string }
  | { readonly kind: "cluster"; readonly nodes: readonly Endpoint[] }

/** A password is in `password` or in a file of its own, or there is none. `db` is 0 on a cluster. */
interface StoreLogin {
  readonly username: string | null
  readonly password: Secret | null
  readonly passwordFile: string | null
  readonly sentinelPassword: Secret | null
  readonly db: number
}

/** Paths of PEM files; null: the system's authorities, no certificate of our own, the name that is connected to. */
export interface StoreTls {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly serverName: string | null
}

/** Called for its text. Whatever prints or stringifies a configuration does not call it. */
export type Secret = () => string

/** The version of IP that a probe is sent over, and so whose health it tells of. */
export function familyOf(spec: ProbeSpec): Family {
  if (spec.kind === "http") return spec.family
  return spec.address.includes(":") ? 6 : 4
}

/** Whom a probe asks: an address or a name. */
export function hostOf(spec: ProbeSpec): string {
  return spec.kind === "http" ? spec.host : spec.address
}

/**
 * The name of a probe as people and programs see it, unique within a link: `icmp 1.1.1.1`, `tcp 8.8.8.8:53`,
 * `http https://example.com/`, `dns example.com @9.9.9.9`.
 */
export function probeName(spec: ProbeSpec): string {
  switch (spec.kind) {
    case "icmp":
      return `icmp ${spec.address}`
    case "tcp":
      return `tcp ${endpointName(spec)}`
    case "http":
      return `http ${spec.url}${spec.family === 6 && !spec.host.includes(":") ? " over IPv6" : ""}`
    case "dns":
      return `dns ${spec.name}${spec.type === "A" ? "" : ` ${spec.type}`} @${nameServerName(spec)}`
  }
}

export const DNS_PORT = 53

function nameServerName(server: NameServer): string {
  return server.port === DNS_PORT ? server.address : endpointName(server)
}

function endpointName({ address, port }: NameServer): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`
}
