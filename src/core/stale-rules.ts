import type { LinkConfig } from "./config.ts"
import type { Plan } from "./plan.ts"
import { ownChains, planInForce, sharesIn } from "./reconcile.ts"
import { BALANCE_CHAIN } from "./ruleset.ts"
import { chainOf, type Saved } from "./saved.ts"

/**
 * Whether the kernel's rules give new flows to one of these links that shall have none, or hold those of one that shall
 * let go: such rules cannot wait. Without rules of ours nothing is steered, and nothing is stale.
 */
export function areStale(saved: Saved, { balance, move, ways }: Plan, links: readonly LinkConfig[]): boolean {
  const inForce = planInForce(saved)
  if (inForce === null) return false
  const drawn = ways.flatMap(way => (way.kind === "balance" ? way.shares : []))
  const carrying = [...balance, ...drawn].map(({ mark }) => mark)
  const given = drawingChains(saved).flatMap(chain => sharesIn(chainOf(saved, "mangle", chain) ?? []))
  return links.some(
    ({ mark }) =>
      (given.some(share => share.mark === mark) && !carrying.includes(mark)) ||
      (move.includes(mark) && !inForce.move.includes(mark)),
  )
}

/** `LOAD_BALANCE` and those of policies. */
function drawingChains(saved: Saved): readonly string[] {
  return ownChains("mangle", saved).filter(chain => chain === BALANCE_CHAIN || /^EVENKEEL_P\d+$/.test(chain))
}
