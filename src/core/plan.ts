import type { Config, LinkConfig } from "./config.ts"
import { ableOf, candidateOf, carrierOf, carriersOf, mayCarry, type Candidate, type State } from "./candidates.ts"
import { waysOf, type Way } from "./policies.ts"

/** What the kernel's rules shall do with flows: plain data, comparable, rendered by core/ruleset.ts. */
export interface Plan {
  /** Links that may carry new flows, by mark, with their relative weights (> 0). */
  readonly balance: readonly Share[]
  /** Marks whose flows are let go, so that they are balanced again like new ones. */
  readonly move: readonly number[]
  /** Where the flows of each of `Config.policies` go, in their order. */
  readonly ways: readonly Way[]
}

interface Share {
  readonly mark: number
  readonly weight: number
}

const NO_PLAN: Plan = { balance: [], move: [], ways: [] }

/** Every link with a weight carries, as if all were up: what `apply` sets up before anything has been probed. */
export function planOfConfig(config: Config): Plan {
  return weigh(config, [], NO_PLAN)
}

/**
 * The plan for these links. A link that is not known to be down may carry; the best tier that has one carries all. A
 * drained one does only where no other can. With no link to go to, `allDown` says what stays: `previous` is the plan in force.
 */
export function weigh(config: Config, states: readonly State[], previous: Plan): Plan {
  const known = new Map(states.map(state => [state.name, state]))
  const candidates = config.links.map(link => candidateOf(link, known.get(link.name), previous))
  const carriers = carriersOf(candidates)
  if (carriers.length === 0) return planWithoutLinks(config, previous)
  const ways = waysOf(config.policies, ableOf(candidates).map(carrierOf))
  const leaving = leavingFor(carriers, candidates, { ...previous, ways })
  const stranded = mayRefuse(config) || hasRefused(config, previous) ? [unreachableMark(config)] : []
  // Damped ones carry only where all are damped, and then as if none were.
  const balance = carriers.map(({ link, share }) => ({ mark: link.mark, weight: link.weight * (share || 1) }))
  return { balance, move: [...marks(leaving.map(({ link }) => link)), ...stranded], ways }
}

/**
 * Links whose flows are let go. Nothing is taken from anybody for the first answer after all had fallen silent. `before`:
 * the plan in force, with the ways of the new one.
 */
function leavingFor(
  carriers: readonly Candidate[],
  candidates: readonly Candidate[],
  before: Plan,
): readonly Candidate[] {
  const others = candidates.filter(candidate => !carriers.includes(candidate))
  if (!carriers.some(isWorthMoving)) return others.filter(({ link }) => before.move.includes(link.mark))
  const isServing = carriers.some(({ state }) => state === "up" || state === "degraded")
  const isProven = carriers.some(candidate => candidate.isProven)
  return others.filter(({ link, state, isBack }) => {
    if (state === "down" && !(isServing && isBack)) return link.onDown === "move"
    return link.metered && isProven && !isDrawn(before.ways, link.mark)
  })
}

function isWorthMoving({ state, isSteady }: Candidate): boolean {
  return state !== "down" || isSteady
}

/** A policy draws for it. Its flows would draw again with each packet, were they let go while it is well. */
function isDrawn(ways: readonly Way[], mark: number): boolean {
  return ways.some(
    way => way.kind === "balance" && way.shares.length > 1 && way.shares.some(share => share.mark === mark),
  )
}

export function isSamePlan(a: Plan, b: Plan): boolean {
  const isSameShare = (share: Share, i: number) =>
    share.mark === b.balance[i]?.mark && share.weight === b.balance[i].weight
  if (a === b) return true
  return (
    a.balance.length === b.balance.length &&
    a.move.length === b.move.length &&
    a.balance.every(isSameShare) &&
    a.move.every((mark, i) => mark === b.move[i]) &&
    a.ways.length === b.ways.length &&
    a.ways.every((way, i) => isSameWay(way, b.ways[i]))
  )
}

function isSameWay(a: Way, b: Way | undefined): boolean {
  if (a.kind !== "balance" || b?.kind !== "balance") return a.kind === b?.kind
  const isSameShare = (share: Share, i: number) =>
    share.mark === b.shares[i]?.mark && share.weight === b.shares[i].weight
  return a.shares.length === b.shares.length && a.shares.every(isSameShare)
}

/** The share of new flows that each link is given, 0..1 by link name. */
export function sharesOf(config: Config, plan: Plan): Readonly<Record<string, number>> {
  const total = plan.balance.reduce((sum, share) => sum + share.weight, 0)
  const weights = new Map(plan.balance.map(({ mark, weight }) => [mark, weight]))
  return Object.fromEntries(config.links.map(({ name, mark }) => [name, (weights.get(mark) ?? 0) / (total || 1)]))
}

/** Some flows may have to be refused: with no link at all, or with none that their policy may use. */
export function mayRefuse({ allDown, policies }: Pick<Config, "allDown" | "policies">): boolean {
  return allDown === "unreachable" || policies.some(({ ifDown }) => ifDown === "block")
}

/** A pin may be gone, and flows that it refused be still there. */
function hasRefused(config: Config, { move }: Plan): boolean {
  const mark = unreachableMark(config)
  return move.includes(mark) && !config.links.some(link => link.mark === mark)
}

/**
 * `fwmark MASK/MASK` leads nowhere where flows may be refused (`mayRefuse`); no link may use that mark. Flows
 * that outlive the outage (a tunnel's UDP goes on asking) bear it still, so it is let go of as soon as a link carries again.
 */
export function unreachableMark(config: Config): number {
  return config.markMask
}

function planWithoutLinks(config: Config, previous: Plan): Plan {
  const ways = config.policies.map(() => ({ kind: "all" }) as const)
  const movable = marks(config.links.filter(link => link.onDown === "move"))
  switch (config.allDown) {
    case "keep":
      return stillValid(config, previous)
    case "stop marking":
      return { balance: [], move: movable, ways }
    case "unreachable":
      return { balance: [{ mark: unreachableMark(config), weight: 1 }], move: movable, ways }
  }
}

/** The configuration may have changed since: a mark that no link bears leads past every link's table. */
function stillValid(config: Config, { balance, move, ways }: Plan): Plan {
  const { links, policies } = config
  const kept = balance.filter(({ mark }) => links.some(link => link.mark === mark && mayCarry(link)))
  const isLeaving = (mark: number) => links.some(link => link.mark === mark) && !kept.some(share => share.mark === mark)
  const everyLink = links.map(({ name, mark }) => ({ name, mark, share: 1 }))
  const isKept = ways.length === policies.length
  return { balance: kept, move: move.filter(isLeaving), ways: isKept ? ways : waysOf(policies, everyLink) }
}

function marks(links: readonly LinkConfig[]): readonly number[] {
  return links.map(link => link.mark)
}
