import type { Config, LinkConfig } from "./config.ts"
import type { Damping } from "./damping.ts"
import type { FamilyConfig } from "./family.ts"
import { judge } from "./health.ts"
import type { LinkStateName } from "./link-state.ts"
import { knownDead } from "./link-health.ts"
import { planOfConfig, weigh, type Plan } from "./plan.ts"
import { newWorld, type World } from "./world.ts"

/** What the last agent left behind: the kernel's rules (null: none of ours) and what it wrote down of each link. */
export interface Legacy {
  readonly inForce: Plan | null
  readonly notes: ReadonlyMap<string, Note>
}

/** Times as this agent's clock has them. `damping`: null when there was no penalty. */
export interface Note {
  readonly state: LinkStateName
  readonly sinceMs: number
  readonly damping: Damping | null
}

/**
 * The world of an agent that has just started. A link that the last agent knew to be dead, by its notes or by the rules
 * it left (it may have died between writing the two), carries nothing until it has proved itself. One that it had damped
 * stays so.
 */
export function startWorld(config: FamilyConfig, legacy: Legacy, atMs: number): World {
  const inForce = legacy.inForce ?? planOfConfig(config)
  const fresh = newWorld(config, inForce, atMs)
  const dead = config.links.filter(link => wasDead(link, config, legacy)).map(link => link.name)
  const links = fresh.links.map(link => {
    const note = legacy.notes.get(link.name)
    const damping = note?.damping ?? link.damping
    if (!dead.includes(link.name)) return judge({ ...link, damping }, config.health, atMs)
    const known = knownDead(link, "known to be down before this start; waiting for answers")
    const sinceMs = note?.state === "down" ? note.sinceMs : known.sinceMs
    return judge({ ...known, damping, sinceMs }, config.health, atMs)
  })
  return { config, links, plan: weigh(config, links, inForce), isSettled: false }
}

function wasDead(link: LinkConfig, config: Config, { inForce, notes }: Legacy): boolean {
  const note = notes.get(link.name)
  if (note?.state === "down") return true
  if (inForce === null) return false
  const wasLetGo = inForce.move.includes(link.mark) && !link.metered
  const wasDamped = note?.damping?.isDamped === true
  return wasLetGo || (!wasDamped && wasPassedOver(link, config, inForce))
}

/** Links of its own tier or a worse one carried, and it did not. */
function wasPassedOver(link: LinkConfig, config: Config, { balance }: Plan): boolean {
  const carriers = config.links.filter(other => balance.some(share => share.mark === other.mark))
  return (
    link.weight > 0 &&
    link.drain === null &&
    !carriers.includes(link) &&
    carriers.some(other => other.tier >= link.tier)
  )
}
