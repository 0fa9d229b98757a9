import type { Config } from "./config.ts"
import type { RuleCounter } from "./counters.ts"
import { hex } from "./hex.ts"
import { sharesOf, type Plan } from "./plan.ts"

/** How flows are really spread, beside how they should be: what `flows --json` prints. Shares are 0..1. */
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
  readonly weight: number
  /** Of new flows if all links were up and of one tier. */
  readonly weightShare: number
  /** Of new flows, by the rules that are in force. */
  readonly share: number
  /** Flows given to this link since LOAD_BALANCE was last written; null: it has no rule there. */
  readonly newFlows: number | null
  /** Flows that are tracked now. */
  readonly tracked: number
}

export function flowsOf(
  config: Config,
  inForce: Plan | null,
  counters: readonly RuleCounter[],
  trackedByMark: ReadonlyMap<number, number>,
): Flows {
  const shares = inForce === null ? {} : sharesOf(config, inForce)
  const total = config.links.reduce((sum, link) => sum + link.weight, 0)
  const known = [0, ...config.links.map(link => link.mark)]
  return {
    links: config.links.map(({ name, mark, weight }) => ({
      name,
      mark,
      weight,
      weightShare: weight / total,
      share: shares[name] ?? 0,
      newFlows: newFlows(counters, mark),
      tracked: trackedByMark.get(mark) ?? 0,
    })),
    unmarked: trackedByMark.get(0) ?? 0,
    strangers: [...trackedByMark].reduce((sum, [mark, count]) => sum + (known.includes(mark) ? 0 : count), 0),
  }
}

/** A rule of LOAD_BALANCE matches only packets that bear no mark yet: the first of each flow. */
function newFlows(counters: readonly RuleCounter[], mark: number): number | null {
  const rule = counters.find(counter => counter.rule.includes(`--set-xmark ${hex(mark)}/`))
  return rule?.packets ?? null
}
