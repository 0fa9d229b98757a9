import type { Config, LinkConfig } from "./config.ts"
import type { LinkHealth } from "./link-health.ts"

/** What the kernel's rules shall do with flows: plain data, comparable, rendered by core/ruleset.ts. */
export interface Plan {
  /** Links that may carry new flows, by mark, with their relative weights (> 0). */
  readonly balance: readonly Share[]
  /** Marks whose flows are let go, so that they are balanced again like new ones. */
  readonly move: readonly number[]
}

interface Share {
  readonly mark: number
  readonly weight: number
}

export type State = Pick<LinkHealth, "name" | "state" | "share" | "recovery">

/** Every link with a weight carries, as if all were up: what `apply` sets up before anything has been probed. */
export function planOfConfig(config: Config): Plan {
  return weigh(config, [], { balance: [], move: [] })
}

/**
 * The plan for these links. A link that is not known to be down may carry; the best tier that has one carries all.
 * With no link to go to, `allDown` says what stays: `previous` is the plan in force.
 */
export function weigh(config: Config, states: readonly State[], previous: Plan): Plan {
  const known = (link: LinkConfig) => states.find(state => state.name === link.name)
  const stateOf = (link: LinkConfig) => known(link)?.state ?? "unknown"
  const shareOf = (link: LinkConfig) => known(link)?.share ?? 1
  // When all were down, the split stayed; what answers again is not taken out of it before it has proved itself.
  const isBack = (link: LinkConfig) => known(link)?.recovery != null && carries(previous, link)
  const isSomeUp = config.links.some(link => stateOf(link) !== "down")
  const down = config.links.filter(link => stateOf(link) === "down" && !(isSomeUp && isBack(link)))
  const weighty = config.links.filter(link => link.weight > 0)
  const able = weighty.filter(link => !down.includes(link))
  const willing = able.filter(link => shareOf(link) > 0)
  // Proof is for choosing between living links. With none, one that answers is better than those that do not.
  const back = weighty.filter(link => known(link)?.recovery != null)
  const answering = back.some(link => known(link)?.recovery?.isSteady) ? back : []
  const carriers = bestTier([willing, able, answering].find(links => links.length > 0) ?? [])
  if (carriers.length === 0) return planWithoutLinks(config, previous)
  const isProven = carriers.some(link => stateOf(link) === "up" || stateOf(link) === "degraded")
  const leaving = config.links.filter(link =>
    down.includes(link)
      ? link.onDown === "move" && !carriers.includes(link)
      : link.metered && isProven && !carriers.includes(link),
  )
  const stranded = config.allDown === "unreachable" ? [unreachableMark(config)] : []
  // Links that are all damped carry as if none were.
  const balance = carriers.map(link => ({ mark: link.mark, weight: link.weight * (shareOf(link) || 1) }))
  return { balance, move: [...marks(leaving), ...stranded] }
}

export function isSamePlan(a: Plan, b: Plan): boolean {
  const isSameShare = (share: Share, i: number) =>
    share.mark === b.balance[i]?.mark && share.weight === b.balance[i].weight
  return (
    a.balance.length === b.balance.length &&
    a.move.length === b.move.length &&
    a.balance.every(isSameShare) &&
    a.move.every((mark, i) => mark === b.move[i])
  )
}

function carries({ balance }: Plan, link: LinkConfig): boolean {
  return balance.some(share => share.mark === link.mark)
}

/** The share of new flows that each link is given, 0..1 by link name. */
export function sharesOf(config: Config, plan: Plan): Readonly<Record<string, number>> {
  const total = plan.balance.reduce((sum, share) => sum + share.weight, 0)
  const shareOf = (mark: number) => (plan.balance.find(share => share.mark === mark)?.weight ?? 0) / (total || 1)
  return Object.fromEntries(config.links.map(link => [link.name, shareOf(link.mark)]))
}

/**
 * `fwmark MASK/MASK` leads nowhere while `allDown: unreachable` holds; no link may use that mark. Flows that outlive the
 * outage (a tunnel's UDP goes on asking) bear it still, so it is let go of as soon as a link carries again.
 */
export function unreachableMark(config: Config): number {
  return config.markMask
}

function bestTier(links: readonly LinkConfig[]): readonly LinkConfig[] {
  const best = Math.min(...links.map(link => link.tier))
  return links.filter(link => link.tier === best)
}

function planWithoutLinks(config: Config, previous: Plan): Plan {
  const movable = marks(config.links.filter(link => link.onDown === "move"))
  switch (config.allDown) {
    case "keep":
      return stillValid(config, previous)
    case "stop marking":
      return { balance: [], move: movable }
    case "unreachable":
      return { balance: [{ mark: unreachableMark(config), weight: 1 }], move: movable }
  }
}

/** The configuration may have changed since: a mark that no link bears leads past every link's table. */
function stillValid({ links }: Config, { balance, move }: Plan): Plan {
  const kept = balance.filter(({ mark }) => links.some(link => link.mark === mark && link.weight > 0))
  const isLeaving = (mark: number) => links.some(link => link.mark === mark) && !kept.some(share => share.mark === mark)
  return { balance: kept, move: move.filter(isLeaving) }
}

function marks(links: readonly LinkConfig[]): readonly number[] {
  return links.map(link => link.mark)
}
