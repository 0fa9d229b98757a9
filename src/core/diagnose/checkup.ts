import type { Changes } from "../changes.ts"
import type { Facts } from "../facts.ts"
import type { FamilyConfig } from "../family.ts"
import type { Snapshot } from "../kernel.ts"
import type { Override } from "../overrides.ts"
import type { Plan } from "../plan.ts"
import type { Rights } from "../rights.ts"
import type { Saved } from "../saved.ts"
import type { LinkStatus } from "../status-shape.ts"

/** All that `doctor` looks at, read from the router without changing it. */
export interface Checkup {
  readonly config: FamilyConfig
  readonly tools: readonly Tool[]
  /** Of this process. */
  readonly rights: Rights
  readonly firewall: Firewall
  /** `net.ipv4.ip_forward`; null: the kernel has no such setting. */
  readonly ipForward: string | null
  /** Nobody in here can change kernel settings, as in a container (proc(5), /proc/sys). */
  readonly isProcSysReadOnly: boolean
  readonly strictRpFilter: readonly string[]
  readonly snapshot: Snapshot
  readonly facts: ReadonlyMap<string, Facts>
  readonly neighbours: readonly Neighbour[]
  readonly ipv6: CheckupIpv6
  /** Null: nft(8) is not here, or may not look. */
  readonly nft: NftRuleset | null
  /** Interfaces whose network card may forward by itself. */
  readonly hardwareOffloads: readonly string[]
  /** Null: the kernel tracks no connections yet. */
  readonly conntrack: { readonly count: number; readonly max: number } | null
  /** Why the state directory cannot be written; null: it can. */
  readonly stateDirTrouble: string | null
  /** The text of the systemd unit's drop-ins; null: there is no unit. */
  readonly unitDropIns: string | null
  readonly agent: AgentSeen
}

/** The same of the links that are steered in IPv6. */
export interface CheckupIpv6 {
  readonly facts: ReadonlyMap<string, Facts>
  readonly neighbours: readonly Neighbour[]
  /** `net.ipv6.conf.all.forwarding`; null: the kernel has no such setting. */
  readonly forwarding: string | null
  /** Interfaces on which the kernel passes over router advertisements. */
  readonly deafToRouters: readonly string[]
}

export interface Tool {
  readonly program: string
  /** Debian's package; null: unknown. */
  readonly package: string | null
  readonly found: boolean
}

/** The packet filter, as far as it could be asked. */
export type Firewall =
  | { readonly kind: "unreachable"; readonly why: string }
  | {
      readonly kind: "found"
      readonly backend: "nft" | "legacy"
      /** Why this one. */
      readonly reason: string
      /** What becomes of forwarded packets that no rule of that back end decides. */
      readonly forwardPolicy: Readonly<Partial<Record<"nft" | "legacy", string>>>
      /** The rules of every back end that has some. */
      readonly saved: Readonly<Partial<Record<"nft" | "legacy", Saved>>>
      readonly inForce: Plan | null
      /** The way to what the configuration wants, with the present split of flows. */
      readonly changes: Changes
      readonly trial: Trial
    }

/** What the kernel said to our whole ruleset, loaded in a network namespace of its own. */
export type Trial =
  | { readonly kind: "works" }
  /** `missing`: the parts that it refuses one by one as well. */
  | { readonly kind: "refused"; readonly why: string; readonly missing: readonly Feature[] }
  | { readonly kind: "untried"; readonly why: string }

/** A part of the ruleset that a kernel may lack. */
export interface Feature {
  /** Kernel module. */
  readonly module: string
  readonly table: "mangle" | "nat"
  readonly rule: string
}

/** What nft(8) shows, iptables' own tables included. */
export interface NftRuleset {
  readonly tables: readonly { readonly family: string; readonly name: string }[]
  readonly rules: readonly NftRule[]
  readonly flowtables: readonly Flowtable[]
}

export interface NftRule {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly handle: number
  /** libnftables-json(5). */
  readonly expr: readonly unknown[]
}

/** Flows in it are forwarded past all rules once they are established (nft(8), FLOWTABLES). */
export interface Flowtable {
  readonly family: string
  readonly table: string
  readonly name: string
  readonly devices: readonly string[]
}

/** One entry of the kernel's ARP table, or ND's (ip-neighbour(8)). */
export interface Neighbour {
  readonly address: string
  readonly device: string
  /** `REACHABLE`, `STALE`, `FAILED`, … */
  readonly state: string
}

/** Who holds the lock. */
export type AgentSeen =
  | { readonly kind: "none" }
  /** It holds the lock and does not answer on the control socket. `pid` null: it does not say who it is either. */
  | { readonly kind: "silent"; readonly pid: number | null; readonly why: string }
  | {
      readonly kind: "running"
      readonly pid: number
      readonly links: readonly LinkSeen[]
      readonly overrides: readonly Override[]
    }

/** A link as the agent judges it. */
type LinkSeen = Pick<LinkStatus, "name" | "state" | "reason">
