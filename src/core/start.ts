import type { Config, LinkConfig } from "./config.ts"
import type { LinkStateName } from "./link-state.ts"
import { knownDead } from "./link-health.ts"
import { planOfConfig, weigh, type Plan } from "./plan.ts"
import { newWorld, type World } from "./world.ts"

/** What the last agent left behind: the kernel's rules (null: none of ours) and the states that it wrote down. */
export interface Legacy {
  readonly inForce: Plan | null
  readonly states: ReadonlyMap<string, LinkStateName>
}

/**
 * The world of an agent that has just started. A link that the last agent knew to be dead, by its notes or by the rules
 * it left (it may have died between writing the two), carries nothing until it has proved itself.
 */
export function startWorld(config: Config, legacy: Legacy, atMs: number): World {
  const inForce = legacy.inForce ?? planOfConfig(config)
  const fresh = newWorld(config, inForce, atMs)
  const dead = config.links.filter(link => wasDead(link, config, legacy)).map(link => link.name)
  const links = fresh.links.map(link =>
    dead.includes(link.name) ? knownDead(link, "known to be down before this start; waiting for answers") : link,
  )
  return { config, links, plan: weigh(config, links, inForce) }
}

function wasDead(link: LinkConfig, config: Config, { inForce, states }: Legacy): boolean {
  if (states.get(link.name) === "down") return true
  if (inForce === null) return false
  const wasLetGo = inForce.move.includes(link.mark) && !link.metered
  return wasLetGo || wasPassedOver(link, config, inForce)
}

/** Links of its own tier or a worse one carried, and it did not. */
function wasPassedOver(link: LinkConfig, config: Config, { balance }: Plan): boolean {
  const carriers = config.links.filter(other => balance.some(share => share.mark === other.mark))
  return link.weight > 0 && !carriers.includes(link) && carriers.some(other => other.tier >= link.tier)
}
