import { parseConfig } from "../../../src/config/parse.ts"
import { viewOf, type FamilyConfig } from "../../../src/core/family.ts"
import type { Family } from "../../../src/core/ip-family.ts"
import type { LinkStateName } from "../../../src/core/link-state.ts"
import type { State } from "../../../src/core/candidates.ts"
import { weigh } from "../../../src/core/plan.ts"
import { planInForce } from "../../../src/core/reconcile.ts"
import { HOOKS, rulesetOf } from "../../../src/core/ruleset.ts"
import { parseSaved } from "../../../src/core/saved.ts"
import { monotonicMs } from "../../../src/lab/clock.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import { iptables } from "./rules.ts"

/** One look at the mangle table. */
export interface Look {
  readonly atMs: number
  readonly text: string
}

const loop = (save: string) => `while :; do ${save} -t mangle; echo LOOK; sleep 0.03; done`

/** Looks at the router's mangle table, of the users' family, all the time. @returns a way to end it and to have all looks. */
export async function keepLooking(lab: Lab): Promise<() => readonly Look[]> {
  const child = await lab.spawn("rtr", "sh", ["-c", loop(`${iptables(lab)}-nft-save`)])
  const looks: Look[] = []
  const lines: string[] = []
  child.lines$.subscribe(line => {
    if (line !== "LOOK") lines.push(line)
    else looks.push({ atMs: monotonicMs(), text: lines.splice(0).join("\n") })
  })
  return () => {
    child.kill("SIGKILL")
    return looks
  }
}

/** Our chains and the jumps to them, as text that can be compared; null: there is nothing of ours. */
export function ours(text: string): string | null {
  const chains = parseSaved(text).get("mangle") ?? new Map<string, readonly string[]>()
  const own = [...chains].filter(([name]) => /^(EVENKEEL|LOAD_BALANCE)/.test(name))
  const jumps = [...chains].filter(([name]) => name === "PREROUTING" || name === "OUTPUT")
  return own.length === 0 ? null : textOf(Object.fromEntries([...own, ...jumps]))
}

export function carriersIn(text: string): readonly number[] {
  return planInForce(parseSaved(text))?.balance.map(share => share.mark) ?? []
}

/** Every complete set of chains that such a configuration may lead to, whatever its links' states are. */
export function completeSets(yaml: string, family: Family): readonly string[] {
  const config = configOf(yaml, family)
  const jumps = Object.fromEntries(
    HOOKS.filter(({ table }) => table === "mangle").map(({ chain, target }) => [chain, [`-j ${target}`]]),
  )
  const none = { balance: [], move: [], ways: [] }
  const plans = statesOf(config).map(states => weigh(config, states, none))
  return plans
    .filter(plan => plan.balance.length > 0)
    .map(plan => textOf({ ...rulesetOf(config, plan).mangle, ...jumps }))
}

function configOf(yaml: string, family: Family): FamilyConfig {
  const result = parseConfig(yaml, { hostname: "lab" })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return viewOf(result.config, family)
}

/** All combinations. */
function statesOf({ links }: FamilyConfig) {
  const each: readonly LinkStateName[] = ["unknown", "up", "down"]
  const shares = [0.1, 0.5, 1]
  return links.reduce<readonly (readonly State[])[]>(
    (sets, { name }) =>
      sets.flatMap(set =>
        each.flatMap(state =>
          shares.map(share => [...set, { name, state, share, recovery: null, suspicion: null, interruption: null }]),
        ),
      ),
    [[]],
  )
}

function textOf(chains: Readonly<Record<string, readonly string[]>>): string {
  const sorted = Object.entries(chains).sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([name, rules]) => [`${name}:`, ...rules].join("\n")).join("\n")
}
