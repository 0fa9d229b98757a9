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

export type State = Pick<LinkHealth, "name" | "state" | "share" | "recovery" | "suspicion">

/** Every link with a weight carries, as if all were up: what `apply` sets up before anything has been probed. */
export function planOfConfig(config: Config): Plan {
  return weigh(config, [], { balance: [], move: [] })
}

/**
 * The plan for these links. A link that is not known to be down may carry; the best tier that has one carries all. A
 * drained one does only where no other can. With no link to go to, `allDown` says what stays: `previous` is the plan in force.
 */
export function weigh(config: Config, states: readonly State[], previous: Plan): Plan {
  const candidates = config.links.map(link => candidateOf(link, states, previous))
  const carriers = carriersOf(candidates)
  if (carriers.length === 0) return planWithoutLinks(config, previous)
  const isProven = carriers.some(({ state }) => state === "up" || state === "degraded")
  const leaving = candidates.filter(candidate => {
    if (carriers.includes(candidate)) return false
    const { link, state, isBack } = candidate
    return state === "down" && !(isProven && isBack) ? link.onDown === "move" : link.metered && isProven
  })
  const stranded = config.allDown === "unreachable" ? [unreachableMark(config)] : []
  // Damped ones carry only where all are damped, and then as if none were.
  const balance = carriers.map(({ link, share }) => ({ mark: link.mark, weight: link.weight * (share || 1) }))
  return { balance, move: [...marks(leaving.map(({ link }) => link)), ...stranded] }
}

/** A link as a place for flows. */
interface Candidate {
  readonly link: LinkConfig
  readonly state: LinkStateName
  readonly share: number
  /** It is down, answers again, and the plan in force never took it out, as when all were down. */
  readonly isBack: boolean
  /** It is down, and has answered for long enough to be better than nothing. */
  readonly isSteady: boolean
}

function candidateOf(link: LinkConfig, states: readonly State[], previous: Plan): Candidate {
  const known = states.find(({ name }) => name === link.name)
  const { state, share, recovery, suspicion } = known ?? UNKNOWN
  const isBack = recovery !== null && carries(previous, link)
  const isSteady = recovery !== null && recovery.isSteady && (suspicion === null || isBack)
  return { link, state, share, isBack, isSteady }
}

const UNKNOWN = { state: "unknown", share: 1, recovery: null, suspicion: null } as const

/**
 * Proof is for choosing between living links: with none in service, one that answers is better than those that do not.
 * Whatever came back beside it and never left the split stays in it: links that fell silent together return together.
 */
function carriersOf(all: readonly Candidate[]): readonly Candidate[] {
  const candidates = all.filter(({ link }) => mayCarry(link))
  const isSomeServing = candidates.some(({ state }) => state !== "down")
  const isSomeSteady = candidates.some(({ isSteady }) => isSteady)
  const able = candidates.filter(({ state, isBack, isSteady }) =>
    isSomeServing ? state !== "down" || isBack : isSomeSteady && (isSteady || isBack),
  )
  const undrained = orAll(able, ({ link }) => link.drain === null)
  return bestTier(orAll(undrained, ({ share }) => share > 0))
}

/** Those that it holds for; where it holds for none, all. */
function orAll<T>(all: readonly T[], holds: (one: T) => boolean): readonly T[] {
  const found = all.filter(holds)
  return found.length > 0 ? found : all
}

function mayCarry({ weight, drain }: LinkConfig): boolean {
  return weight > 0 && drain !== "all"
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

function bestTier(candidates: readonly Candidate[]): readonly Candidate[] {
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
  const kept = balance.filter(({ mark }) => links.some(link => link.mark === mark && mayCarry(link)))
  const isLeaving = (mark: number) => links.some(link => link.mark === mark) && !kept.some(share => share.mark === mark)
  return { balance: kept, move: move.filter(isLeaving) }
}

function marks(links: readonly LinkConfig[]): readonly number[] {
  return links.map(link => link.mark)
}
