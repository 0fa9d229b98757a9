import type { FamilyConfig } from "./family.ts"
import { setNames, stickySet } from "./ipsets.ts"
import { hasMark, noMark, setMark } from "./mark-words.ts"
import { matchRules } from "./match.ts"
import type { Plan } from "./plan.ts"
import type { Way } from "./policies.ts"

export const BALANCE_CHAIN = "LOAD_BALANCE"
/** What every new flow goes through where there is more than `LOAD_BALANCE`: the policies, then sticky sources. */
export const NEW_CHAIN = "EVENKEEL_NEW"
const STICKY_CHAIN = "EVENKEEL_STICKY"

/** What of the configuration decides where new flows go. */
export type Steered = Pick<FamilyConfig, "family" | "markMask" | "links" | "policies" | "sets" | "sticky">

/** The chain that only the configuration decides; none where each flow goes straight to `LOAD_BALANCE`. */
export function newFlowChains(config: Steered): Readonly<Record<string, readonly string[]>> {
  return entryOf(config) === NEW_CHAIN ? { [NEW_CHAIN]: newRules(config) } : {}
}

/** Those that follow the plan. */
export function wayChains(config: Steered, plan: Plan): Readonly<Record<string, readonly string[]>> {
  const ways = plan.ways.map((way, i) => [policyChain(i), wayRules(way, lastChain(config), config.markMask)] as const)
  return {
    ...Object.fromEntries(ways),
    ...(config.sticky !== null && { [STICKY_CHAIN]: stickyRules(config, config.sticky, plan) }),
    [BALANCE_CHAIN]: balanceRules(plan.balance, config.markMask),
  }
}

/** By place: chain names have 28 bytes (XT_EXTENSION_MAXNAMELEN), the names of policies more. */
export function policyChain(index: number): string {
  return `EVENKEEL_P${index + 1}`
}

/** Where a flow is drawn for: the first chain that it goes through. */
export function entryOf({ policies, sticky }: Steered): string {
  return policies.length > 0 || sticky !== null ? NEW_CHAIN : BALANCE_CHAIN
}

/** Where a flow goes that no policy decides for. */
function lastChain({ sticky }: Steered): string {
  return sticky === null ? BALANCE_CHAIN : STICKY_CHAIN
}

/** The first policy that matches and has a way gives the mark, and the rest asks for packets without one. */
function newRules(config: Steered): readonly string[] {
  const none = noMark(config.markMask)
  const sets = setNames(config.sets)
  const jumps = config.policies.flatMap(({ match }, i) =>
    matchRules(match, config.family, sets).map(conditions => `${conditions} ${none} -j ${policyChain(i)}`.trimStart()),
  )
  return [...jumps, `${none} -j ${lastChain(config)}`]
}

function wayRules(way: Way, last: string, mask: number): readonly string[] {
  switch (way.kind) {
    case "next":
      return []
    case "all":
      return [`-j ${last}`]
    case "blocked":
      return [setMark(mask, mask)]
    case "balance":
      return balanceRules(way.shares, mask)
  }
}

/**
 * A source keeps the link that its last flow drew, as long as that may carry. The router's own flows draw each for
 * themselves: to it all of them have one source. `--del-set` forgets what the source had drawn on a link that was lost.
 */
function stickyRules(
  { family, markMask: mask, links }: Steered,
  { forMs }: NonNullable<Steered["sticky"]>,
  { balance: shares }: Plan,
): readonly string[] {
  const carrying = (mark: number) => shares.some(share => share.mark === mark)
  const left = links.filter(({ mark }) => !carrying(mark))
  const kept = links.filter(({ mark }) => carrying(mark)).map(({ mark }) => ({ mark, set: stickySet(family, mark) }))
  return [
    `-m addrtype --src-type LOCAL -g ${BALANCE_CHAIN}`,
    ...kept.map(({ mark, set }) => `${noMark(mask)} -m set --match-set ${set} src ${setMark(mark, mask)}`),
    `${noMark(mask)} -j ${BALANCE_CHAIN}`,
    ...kept.map(
      ({ mark, set }) =>
        `${hasMark(mark, mask)} -j SET --add-set ${set} src --exist --timeout ${Math.ceil(forMs / 1000)}`,
    ),
    ...left.map(({ mark }) => `-j SET --del-set ${stickySet(family, mark)} src`),
  ]
}

/** MARK does not end a chain, so each rule asks for packets that still bear none; the last one takes what is left. */
function balanceRules(shares: Plan["balance"], mask: number): readonly string[] {
  const none = noMark(mask)
  return shares.map(({ mark, weight }, i) => {
    if (i === shares.length - 1) return `${none} ${setMark(mark, mask)}`
    const left = shares.slice(i).reduce((sum, share) => sum + share.weight, 0)
    return `${none} -m statistic --mode random --probability ${probability(weight / left)} ${setMark(mark, mask)}`
  })
}

/** xt_statistic keeps a probability in steps of 2^-31, and iptables-save prints it with 11 digits. */
function probability(ratio: number): string {
  return (Math.round(ratio * 2 ** 31) / 2 ** 31).toFixed(11)
}
