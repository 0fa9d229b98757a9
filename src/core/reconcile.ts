import { HOOKS, restoreInput, rulesetOf, BALANCE_CHAIN, MOVE_CHAIN, type Chains, type Ruleset } from "./ruleset.ts"
import { debugChains, debugRemoval, isDebugChain } from "./debug/chains.ts"
import type { FamilyConfig } from "./family.ts"
import type { Plan } from "./plan.ts"
import { chainOf, type Saved } from "./saved.ts"

/** What has to be done to the rules: input for `iptables-restore --noflush` (empty: nothing), and the same in words. */
export interface Repair {
  readonly input: string
  readonly what: readonly string[]
}

const TABLES = ["mangle", "nat"] as const

/**
 * The way from the rules that are there to those that are wanted. Chains that agree already are not touched, nor are those
 * of `debug`, which end by themselves.
 */
export function reconcile(config: FamilyConfig, plan: Plan, saved: Saved): Repair {
  return join(TABLES.map(table => repairTable(table, rulesetOf(config, plan), saved)))
}

/** The way to a router that has never seen evenkeel. Only chains of ours are named. */
export function removal(saved: Saved): Repair {
  return join([debugRemoval(debugChains(saved), saved), ...TABLES.map(table => removeFrom(table, saved))])
}

/** The plan that the kernel's rules carry out now; null: there is no LOAD_BALANCE chain. */
export function planInForce(saved: Saved): Plan | null {
  const rules = chainOf(saved, "mangle", BALANCE_CHAIN)
  if (rules === undefined) return null
  const clearing = (chainOf(saved, "mangle", MOVE_CHAIN) ?? []).filter(rule => rule.includes("--set-xmark"))
  const move = clearing.map(rule => numberIn(rule, /--mark (0x[0-9a-f]+)/))
  // Which policy a chain was of, its rules do not tell.
  return { balance: sharesIn(rules), move, ways: [] }
}

/** `EVENKEEL`, `EVENKEEL_…` and `LOAD_BALANCE` are ours, and nothing else. */
export function isOurs(chain: string): boolean {
  return chain === BALANCE_CHAIN || chain === "EVENKEEL" || chain.startsWith("EVENKEEL_")
}

function repairTable(table: keyof Ruleset, ruleset: Ruleset, saved: Saved): Repair {
  const wanted = ruleset[table]
  const wrong = Object.keys(wanted).filter(chain => !isEqual(wanted[chain], chainOf(saved, table, chain)))
  const stale = lastingChains(table, saved).filter(chain => !(chain in wanted))
  const hooks = hooksOf(table).flatMap(hook => (hook.target in wanted ? repairHook : unhook)(hook, saved))
  const chains: Chains = Object.fromEntries(wrong.map(chain => [chain, wanted[chain] ?? []]))
  if (wrong.length + hooks.length + stale.length === 0) return { input: "", what: [] }
  const lines = [...hooks, ...withdrawn(stale)]
  const what = [...wrong.map(chain => `${table} ${chain}`), ...lines.map(line => `${table} ${line}`)]
  return { input: restoreInput(table, chains, lines), what }
}

type Hook = (typeof HOOKS)[number]

/** Exactly one jump: a missing one is appended, a second one removed. */
function repairHook(hook: Hook, saved: Saved): readonly string[] {
  const removals = unhook(hook, saved)
  return removals.length === 0 ? [`-A ${hook.chain} -j ${hook.target}`] : removals.slice(1)
}

function unhook({ table, chain, target }: Hook, saved: Saved): readonly string[] {
  const jumps = (chainOf(saved, table, chain) ?? []).filter(rule => rule === `-j ${target}`)
  return jumps.map(jump => `-D ${chain} ${jump}`)
}

function removeFrom(table: (typeof TABLES)[number], saved: Saved): Repair {
  const jumps = hooksOf(table).flatMap(hook => unhook(hook, saved))
  const lines = [...jumps, ...withdrawn(lastingChains(table, saved))]
  return lines.length === 0 ? { input: "", what: [] } : { input: restoreInput(table, {}, lines), what: lines }
}

/** Chains of ours that are there. `LOAD_BALANCE` is a name that others may well use in the NAT table. */
export function ownChains(table: string, saved: Saved): readonly string[] {
  const isForeign = (chain: string) => chain === BALANCE_CHAIN && table !== "mangle"
  return [...(saved.get(table)?.keys() ?? [])].filter(chain => isOurs(chain) && !isForeign(chain))
}

function lastingChains(table: string, saved: Saved): readonly string[] {
  return ownChains(table, saved).filter(chain => !isDebugChain(chain))
}

/** All are emptied before the first is deleted: they may refer to one another. */
function withdrawn(chains: readonly string[]): readonly string[] {
  return [...chains.map(chain => `-F ${chain}`), ...chains.map(chain => `-X ${chain}`)]
}

function hooksOf(table: string) {
  return HOOKS.filter(hook => hook.table === table)
}

function join(repairs: readonly Repair[]): Repair {
  return { input: repairs.map(repair => repair.input).join(""), what: repairs.flatMap(repair => repair.what) }
}

function isEqual(wanted: readonly string[] | undefined, found: readonly string[] | undefined): boolean {
  return found !== undefined && wanted?.join("\n") === found.join("\n")
}

/** Undoes the conditional probabilities: each rule takes its part of what the rules before it left. */
export function sharesIn(rules: readonly string[]): Plan["balance"] {
  let left = 1
  return rules
    .filter(rule => rule.includes("--set-xmark"))
    .map(rule => {
      const weight = left * (rule.includes("--probability") ? numberIn(rule, /--probability ([0-9.]+)/) : 1)
      left -= weight
      return { mark: numberIn(rule, /--set-xmark (0x[0-9a-f]+)/), weight }
    })
}

function numberIn(rule: string, pattern: RegExp): number {
  return Number(pattern.exec(rule)?.[1] ?? 0)
}
