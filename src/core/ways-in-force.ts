import { policyChain } from "./new-flow-rules.ts"
import type { Way } from "./policies.ts"
import { sharesIn } from "./reconcile.ts"
import { chainOf, type Saved } from "./saved.ts"

/**
 * Where the kernel's rules send the flows of as many policies, in their order; null: one of them has no chain, so that
 * these rules are not of these policies. Weights are 0..1.
 */
export function waysInForce(saved: Saved, count: number): readonly Way[] | null {
  const chains = Array.from({ length: count }, (_, i) => chainOf(saved, "mangle", policyChain(i)))
  return chains.every(rules => rules !== undefined) ? chains.map(wayOf) : null
}

function wayOf(rules: readonly string[]): Way {
  const [first] = rules
  if (first === undefined) return { kind: "next" }
  if (first.startsWith("-j MARK ")) return { kind: "blocked" }
  return first.startsWith("-j ") ? { kind: "all" } : { kind: "balance", shares: sharesIn(rules) }
}
