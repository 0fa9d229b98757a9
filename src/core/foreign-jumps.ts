import { isDebugChain } from "./debug/chains.ts"
import { ownChains } from "./reconcile.ts"
import { HOOKS } from "./ruleset.ts"
import type { Saved } from "./saved.ts"

/** A rule of somebody else's that leads into a chain of ours, which therefore cannot be deleted. */
export interface ForeignJump {
  readonly table: string
  readonly chain: string
  /** In `iptables-save`'s words, which the shell takes as they are. */
  readonly rule: string
}

/** Our own hooks and jumps to `debug`, which are withdrawn with our chains, and what these hold do not count. */
export function foreignJumps(saved: Saved): readonly ForeignJump[] {
  return [...saved].flatMap(([table, chains]) => {
    const ours = ownChains(table, saved)
    return [...chains]
      .filter(([chain]) => !ours.includes(chain))
      .flatMap(([chain, rules]) => rules.map(rule => ({ table, chain, rule })))
      .filter(jump => ours.includes(targetOf(jump.rule)) && !isHook(jump) && !isDebugChain(targetOf(jump.rule)))
  })
}

/** `iptables-save` prints the chain that a rule leads to last; a comment that looks like one ends with a quote. */
function targetOf(rule: string): string {
  return /(?:^| )-[jg] (\S+)$/.exec(rule)?.[1] ?? ""
}

function isHook({ table, chain, rule }: ForeignJump): boolean {
  return HOOKS.some(hook => hook.table === table && hook.chain === chain && rule === `-j ${hook.target}`)
}
