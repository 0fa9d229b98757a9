import type { Facts } from "./facts.ts"
import type { FamilyConfig } from "./family.ts"
import type { Route, Rule } from "./kernel.ts"
import type { Plan } from "./plan.ts"
import { reconcile, removal } from "./reconcile.ts"
import { routingChanges, routingRemoval } from "./routing.ts"
import type { Saved } from "./saved.ts"

/** The router's network state, as far as evenkeel may change it. */
export interface Observed {
  readonly saved: Saved
  readonly rules: readonly Rule[]
  readonly routes: readonly Route[]
  /** What link interfaces lack, without which the kernel drops replies that come in by them (RFC 3704). */
  readonly lackingSysctls: readonly Sysctl[]
}

/** A kernel setting by its path under /proc/sys, as `net/ipv4/conf/eth0/rp_filter`. */
export interface Sysctl {
  readonly path: string
  readonly value: string
}

/** What has to be done, in the order in which it is done: marks are set only once there are routes for them. */
export interface Changes {
  readonly sysctls: readonly Sysctl[]
  /** Input for `ip -batch`. */
  readonly ip: readonly string[]
  /** Input for `iptables-restore --noflush`; empty: nothing to do. */
  readonly iptables: string
  /** The same rules in words, for people. */
  readonly what: readonly string[]
}

/** The way from the router as it is to the router as `config` and `plan` want it. */
export function changesFor(
  config: FamilyConfig,
  plan: Plan,
  facts: ReadonlyMap<string, Facts>,
  observed: Observed,
): Changes {
  const repair = reconcile(config, plan, observed.saved)
  return {
    sysctls: observed.lackingSysctls,
    ip: routingChanges(config, facts, observed.rules, observed.routes),
    iptables: repair.input,
    what: repair.what,
  }
}

/** The way back to a router without evenkeel. */
export function changesToRemove({ saved, rules, routes }: Omit<Observed, "lackingSysctls">): Changes {
  const repair = removal(saved)
  return { sysctls: [], ip: routingRemoval(rules, routes), iptables: repair.input, what: repair.what }
}

export function isNothing(changes: Changes): boolean {
  return changes.sysctls.length + changes.ip.length + changes.iptables.length === 0
}
