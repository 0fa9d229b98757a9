import type { Config, LinkConfig } from "./config.ts"
import type { LinkHealth } from "./link-health.ts"
import type { LinkStateName } from "./link-state.ts"

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

export type State = Pick<LinkHealth, "name" | "state" | "share" | "recovery" | "suspicion" | "interruption">

/** Every link with a weight carries, as if all were up: what `apply` sets up before anything has been probed. */
export function planOfConfig(config: Config): Plan {
  return weigh(config, [], { balance: [], move: [] })
}

/**
 * The plan for these links. A link that is not known to be down may carry; the best tier that has one carries all.
 * With no link to go to, `allDown` says what stays: `previous` is the plan in force.
 */
export function weigh(config: Config, states: readonly State[], previous: Plan): Plan {
  const candidates = config.links.map(link => candidateOf(link, states, previous))
  const carriers = carriersOf(candidates.filter(({ link }) => link.weight > 0))
  if (carriers.length === 0) return planWithoutLinks(config, previous)
  const leaving = leavingFor(carriers, candidates, previous)
  const stranded = config.allDown === "unreachable" ? [unreachableMark(config)] : []
  // Damped ones carry only where all are damped, and then as if none were.
  const balance = carriers.map(({ link, share }) => ({ mark: link.mark, weight: link.weight * (share || 1) }))
  return { balance, move: [...marks(leaving.map(({ link }) => link)), ...stranded] }
}

/** Links whose flows are let go. Nothing is taken from anybody for the first answer after all had fallen silent. */
function leavingFor(carriers: Candidates, candidates: Candidates, { move }: Plan): Candidates {
  const others = candidates.filter(candidate => !carriers.includes(candidate))
  const isWorthMoving = carriers.some(({ state, isSteady }) => state !== "down" || isSteady)
  if (!isWorthMoving) return others.filter(({ link }) => move.includes(link.mark))
  const isServing = carriers.some(({ state }) => state === "up" || state === "degraded")
  const isProven = carriers.some(candidate => candidate.isProven)
  return others.filter(({ link, state, isBack }) =>
    state === "down" && !(isServing && isBack) ? link.onDown === "move" : link.metered && isProven,
  )
}

type Candidates = readonly Candidate[]

/** A link as a place for flows. */
interface Candidate {
  readonly link: LinkConfig
  readonly state: LinkStateName
  readonly share: number
  /** In service, and not only just back from an interruption. */
  readonly isProven: boolean
  /** It is down, answers again, and the plan in force never took it out, as when all were down. */
  readonly isBack: boolean
  /** It is down, and answers now. */
  readonly isAnswering: boolean
  /** It has done so for long enough for flows to be moved to it from links that do not. */
  readonly isSteady: boolean
}

function candidateOf(link: LinkConfig, states: readonly State[], previous: Plan): Candidate {
  const known = states.find(({ name }) => name === link.name)
  const { state, share, recovery, suspicion, interruption } = known ?? UNKNOWN
  const isProven = (state === "up" || state === "degraded") && interruption === null
  const isBack = recovery !== null && previous.balance.some(({ mark }) => mark === link.mark)
  const isAnswering = recovery !== null && (suspicion === null || isBack)
  const isSteady = isAnswering && recovery.isSteady
  return { link, state, share, isProven, isBack, isAnswering, isSteady }
}

const UNKNOWN = { state: "unknown", share: 1, recovery: null, suspicion: null, interruption: null } as const

/**
 * Proof is for choosing between living links: with none in service, one that answers is better than those that do not.
 * Whatever came back beside it and never left the split stays in it: links that fell silent together return together.
 */
function carriersOf(candidates: Candidates): Candidates {
  const isSomeServing = candidates.some(({ state }) => state !== "down")
  const isSomeSteady = candidates.some(({ isSteady }) => isSteady)
  const able = candidates.filter(({ state, isBack, isAnswering, isSteady }) => {
    if (isSomeServing) return state !== "down" || isBack
    return isSomeSteady ? isSteady || isBack : isAnswering
  })
  const undamped = able.filter(({ share }) => share > 0)
  return bestTier(undamped.length > 0 ? undamped : able)
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

function bestTier(candidates: Candidates): Candidates {
  const best = Math.min(...candidates.map(({ link }) => link.tier))
  return candidates.filter(({ link }) => link.tier === best)
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
