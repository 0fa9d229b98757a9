import type { Config } from "./config.ts"
import type { RuleCounter } from "./counters.ts"
import { hex } from "./hex.ts"
import { sharesOf, type Plan } from "./plan.ts"

/** How flows of one family are really spread, beside how they should be: what `flows --json` prints. Shares are 0..1. */
export interface Flows {
  readonly links: readonly LinkFlows[]
  /**
   * Tracked flows without a mark: to the router itself, or from before evenkeel. Those from the LAN to a VPN or a DMZ
   * bear one: it says where they would go had main no specific route for them.
   */
  readonly unmarked: number
  /** Tracked flows whose mark, within `markMask`, is no link's: somebody else sets these bits. */
  readonly strangers: number
}

export interface LinkFlows {
  readonly name: string
  readonly mark: number
  /** The configured one, or what an operator has set in its place. */
  readonly weight: number
  /** By an operator: it is given no new flows. */
  readonly drained: boolean
  /** Of new flows if all links were up and of one tier. */
  readonly weightShare: number
  /** Of new flows, by the rules that are in force. */
  readonly share: number
  /** Flows given to this link since LOAD_BALANCE was last written; null: it has no rule there. */
  readonly newFlows: number | null
  /** The part of all `newFlows` that these are; null: there are none. */
  readonly newShare: number | null
  /** Flows that are tracked now. */
  readonly tracked: number
  readonly trackedBy: ProtocolCounts
  readonly trackedShare: number | null
}

export interface ProtocolCounts {
  readonly tcp: number
  readonly udp: number
  readonly other: number
}

export const NO_FLOWS: ProtocolCounts = { tcp: 0, udp: 0, other: 0 }

/** With one flow more of this protocol, as conntrack(8) names it. */
export function counted(counts: ProtocolCounts, protocol: string): ProtocolCounts {
  const kind = protocol === "tcp" || protocol === "udp" ? protocol : "other"
  return { ...counts, [kind]: counts[kind] + 1 }
}

export function flowsOf(
  config: Config,
  inForce: Plan | null,
  counters: readonly RuleCounter[],
  trackedByMark: ReadonlyMap<number, ProtocolCounts>,
): Flows {
  const shares = inForce === null ? {} : sharesOf(config, inForce)
  const total = config.links.reduce((sum, link) => sum + link.weight, 0)
  const trackedOf = (mark: number) => trackedByMark.get(mark) ?? NO_FLOWS
  const known = [0, ...config.links.map(link => link.mark)]
  const strangers = [...trackedByMark].filter(([mark]) => !known.includes(mark))
  const links = config.links.map(({ name, mark, weight, drain }) => ({
    name,
    mark,
    weight,
    drained: drain !== null,
    weightShare: weight / total,
    share: shares[name] ?? 0,
    newFlows: newFlows(counters, mark),
    tracked: sum(trackedOf(mark)),
    trackedBy: trackedOf(mark),
  }))
  return {
    links: withParts(links),
    unmarked: sum(trackedOf(0)),
    strangers: strangers.reduce((total, [, counts]) => total + sum(counts), 0),
  }
}

/** What was given away between two looks. Where LOAD_BALANCE was written again since, counting began anew. */
export function flowsSince(before: Flows, now: Flows): Flows {
  const links = now.links.map((link, i) => {
    const [old, present] = [before.links[i]?.newFlows ?? 0, link.newFlows]
    return { ...link, newFlows: present === null || present < old ? present : present - old }
  })
  return { ...now, links: withParts(links) }
}

function withParts(links: readonly Omit<LinkFlows, "newShare" | "trackedShare">[]): readonly LinkFlows[] {
  const given = links.reduce((total, link) => total + (link.newFlows ?? 0), 0)
  const tracked = links.reduce((total, link) => total + link.tracked, 0)
  return links.map(link => ({
    ...link,
    newShare: link.newFlows === null || given === 0 ? null : link.newFlows / given,
    trackedShare: tracked === 0 ? null : link.tracked / tracked,
  }))
}

function sum({ tcp, udp, other }: ProtocolCounts): number {
  return tcp + udp + other
}

/** A rule of LOAD_BALANCE matches only packets that bear no mark yet: the first of each flow. */
function newFlows(counters: readonly RuleCounter[], mark: number): number | null {
  const rule = counters.find(counter => counter.rule.includes(`--set-xmark ${hex(mark)}/`))
  return rule?.packets ?? null
}
