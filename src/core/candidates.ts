import type { LinkConfig } from "./config.ts"
import type { LinkHealth } from "./link-health.ts"
import type { LinkStateName } from "./link-state.ts"
import type { Carrier } from "./policies.ts"

/** What the choice of links goes by. */
export type State = Pick<LinkHealth, "name" | "state" | "share" | "recovery" | "suspicion" | "interruption">

/** What of the plan in force is asked for: whose marks new flows may get. */
interface Balance {
  readonly balance: readonly { readonly mark: number }[]
}

/** A link as a place for flows. */
export interface Candidate {
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

export function candidateOf(link: LinkConfig, known: State | undefined, previous: Balance): Candidate {
  const { state, share, recovery, suspicion, interruption } = known ?? UNKNOWN
  const isProven = (state === "up" || state === "degraded") && interruption === null
  const isBack = recovery !== null && carries(previous, link)
  const isAnswering = recovery !== null && (suspicion === null || isBack)
  const isSteady = isAnswering && recovery.isSteady
  return { link, state, share, isProven, isBack, isAnswering, isSteady }
}

const UNKNOWN = { state: "unknown", share: 1, recovery: null, suspicion: null, interruption: null } as const

/**
 * Proof is for choosing between living links: with none in service, one that answers is better than those that do not.
 * Whatever came back beside it and never left the split stays in it: links that fell silent together return together.
 */
export function carriersOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const able = ableOf(candidates.filter(({ link }) => link.weight > 0))
  return bestTier(orAll(able, ({ share }) => share > 0))
}

/** Those that can take new flows at all: the drained ones only where no other can. */
export function ableOf(all: readonly Candidate[]): readonly Candidate[] {
  const candidates = all.filter(({ link }) => link.drain !== "all")
  const isSomeServing = candidates.some(({ state }) => state !== "down")
  const isSomeSteady = candidates.some(({ isSteady }) => isSteady)
  const able = candidates.filter(({ state, isBack, isAnswering, isSteady }) => {
    if (isSomeServing) return state !== "down" || isBack
    return isSomeSteady ? isSteady || isBack : isAnswering
  })
  return orAll(able, ({ link }) => link.drain === null)
}

/** Those that it holds for; where it holds for none, all. */
function orAll<T>(all: readonly T[], holds: (one: T) => boolean): readonly T[] {
  const found = all.filter(holds)
  return found.length > 0 ? found : all
}

export function mayCarry({ weight, drain }: LinkConfig): boolean {
  return weight > 0 && drain !== "all"
}

/** A policy names its links, so neither their weight nor their tier counts; a damped one is none. */
export function carrierOf({ link, share }: Candidate): Carrier {
  return { name: link.name, mark: link.mark, share }
}

function bestTier(candidates: readonly Candidate[]): readonly Candidate[] {
  const best = Math.min(...candidates.map(({ link }) => link.tier))
  return candidates.filter(({ link }) => link.tier === best)
}

function carries({ balance }: Balance, link: LinkConfig): boolean {
  return balance.some(share => share.mark === link.mark)
}
