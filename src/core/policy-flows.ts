import { ruleCounters } from "./counters.ts"
import type { FamilyConfig } from "./family.ts"
import { NEW_CHAIN, policyChain } from "./new-flow-rules.ts"
import type { Way } from "./policies.ts"
import { parseSaved } from "./saved.ts"
import { waysInForce } from "./ways-in-force.ts"

/** A policy in `status --json` and `flows --json`. */
export interface PolicyFlows {
  readonly name: string
  /**
   * Packets without a mark that met it, of both families, since its rules were written: the first of each flow, and each
   * try of one that is refused or dropped, since nothing remembers its mark. Those that go by `next` count here too.
   */
  readonly packets: number
  /** Where its new flows go now in IPv4; null: the rules are not set up. */
  readonly way: WayNow | null
  /** The same in IPv6; null also where that is not steered. */
  readonly wayIpv6: WayNow | null
}

/** As `Way`, with the links by name and their shares 0..1. */
export type WayNow =
  | { readonly kind: "balance"; readonly shares: Readonly<Record<string, number>> }
  | Exclude<Way, { readonly kind: "balance" }>

interface FamilyPolicy {
  readonly name: string
  readonly packets: number
  readonly way: WayNow | null
}

/** `ipv4` and `ipv6`: a family's configuration and its mangle table as `iptables-save -c` prints it; null: not steered. */
export function policyFlows(ipv4: CountedTable, ipv6: CountedTable | null): readonly PolicyFlows[] {
  const others = ipv6 === null ? [] : familyPolicies(ipv6)
  return familyPolicies(ipv4).map(({ name, packets, way }, i) => ({
    name,
    packets: packets + (others[i]?.packets ?? 0),
    way,
    wayIpv6: others[i]?.way ?? null,
  }))
}

export interface CountedTable {
  readonly config: FamilyConfig
  readonly text: string
}

function familyPolicies({ config, text }: CountedTable): readonly FamilyPolicy[] {
  const jumps = ruleCounters(text, NEW_CHAIN)
  const ways = waysInForce(parseSaved(withoutCounters(text)), config.policies.length)
  return config.policies.map(({ name }, i) => {
    const own = jumps.filter(({ rule }) => rule.endsWith(`-j ${policyChain(i)}`))
    const way = ways?.[i]
    return { name, packets: own.reduce((sum, { packets }) => sum + packets, 0), way: way ? named(way, config) : null }
  })
}

function withoutCounters(text: string): string {
  return text.replaceAll(/^\[\d+:\d+\] /gm, "")
}

function named(way: Way, { links }: FamilyConfig): WayNow {
  if (way.kind !== "balance") return way
  const total = way.shares.reduce((sum, { weight }) => sum + weight, 0)
  const nameOf = (mark: number) => links.find(link => link.mark === mark)?.name ?? `mark ${mark}`
  return {
    kind: "balance",
    shares: Object.fromEntries(way.shares.map(({ mark, weight }) => [nameOf(mark), weight / total])),
  }
}

/** What came between two looks. Rules that were written again since have begun anew. */
export function policyFlowsSince(before: readonly PolicyFlows[], now: readonly PolicyFlows[]): readonly PolicyFlows[] {
  return now.map(policy => {
    const old = before.find(({ name }) => name === policy.name)?.packets ?? 0
    return { ...policy, packets: policy.packets < old ? policy.packets : policy.packets - old }
  })
}
