import type { LinkConfig } from "./config.ts"
import { probeName } from "./probe-spec.ts"
import type { Facts } from "./facts.ts"
import type { FamilyConfig } from "./family.ts"
import { judge, onFacts, onProbe } from "./health.ts"
import { onHint, onSeen, type Hint, type Seen } from "./hints.ts"
import { callOthers, mustWait, type Marked } from "./hold.ts"
import { knownDead, newLink, retarget, type LinkHealth } from "./link-health.ts"
import type { ProbeResult } from "./outcome.ts"
import { deadlineMs } from "./pace.ts"
import { isSamePlan, weigh, type Plan } from "./plan.ts"
import { waysFor } from "./policies.ts"
import { onTraffic, type Traffic } from "./traffic.ts"

/** All that the agent knows of one family, and the plan that follows from it. */
export interface World {
  readonly config: FamilyConfig
  /** In the order of the configuration. */
  readonly links: readonly LinkHealth[]
  readonly plan: Plan
  /** Weighing the same links once more would change nothing. */
  readonly isSettled: boolean
}

/** Whatever can change the world. Times are monotonic milliseconds. */
export type Input = ProbeResult | Traffic | Hint | Seen | FactsInput | Tick | Steering

/** A world in which nothing has been probed. `plan`: the one in force in the kernel. */
export function newWorld(config: FamilyConfig, plan: Plan, atMs: number): World {
  const links = config.links.map(link => newLink(link.name, link.probes.map(probeName), config.health, atMs))
  return { config, links, plan, isSettled: false }
}

/**
 * Carries what is known of links into a new configuration. One on another interface begins anew, yet does not carry flows
 * before it has proven itself if it was dead.
 */
export function reconfigure(world: World, config: FamilyConfig, atMs: number): World {
  const fresh = newWorld(config, world.plan, atMs)
  const links = fresh.links.map(link => carryOver(world, config, link))
  return replan({ ...fresh, links })
}

export function step(world: World, input: Input): World {
  if (input.kind === "steering") return resteer(world, input.config)
  const { config, plan } = world
  const links = world.links.map(link => (concerns(input, link) ? advance(link, config, input) : link))
  if (links.every((link, i) => isCalm(link, world.links[i], world.isSettled))) return { ...world, links }
  const next = replan({ ...world, links: callOthers(links, config.health) })
  return mustWait(marked(next), plan, next.plan, config.health) ? { ...next, plan, isSettled: false } : next
}

function concerns(input: Exclude<Input, Steering>, { name }: LinkHealth): boolean {
  return !("link" in input) || input.link === name
}

/**
 * In service as before and beyond doubt: what nearly every answer finds, and no plan changes for it. Nor for links that the
 * answer does not concern, whatever state they are in, once what follows from that is settled.
 */
function isCalm(link: LinkHealth, before: LinkHealth | undefined, isSettled: boolean): boolean {
  if (isSettled && link === before) return true
  const isUp = link.state === "up" && before?.state === "up" && link.share === before.share
  if (link.interruption !== before?.interruption) return false
  return isUp && link.suspicion === null && !link.isCalled
}

function marked({ config, links }: World): readonly Marked[] {
  const marks = new Map(config.links.map(({ name, mark }) => [name, mark]))
  return links.flatMap(health => {
    const mark = marks.get(health.name)
    return mark === undefined ? [] : [{ mark, health }]
  })
}

interface Tick {
  readonly kind: "tick"
  readonly atMs: number
}

/** The same configuration with other weights, drains and pins (core/overrides.ts). */
interface Steering {
  readonly kind: "steering"
  readonly config: FamilyConfig
}

/** What the kernel says of the links, by name: all at once, so that links that go together are judged together. */
interface FactsInput {
  readonly kind: "facts"
  readonly facts: ReadonlyMap<string, Facts>
  readonly atMs: number
}

/** The next moment at which time alone could change this world; null: never. */
export function nextDeadlineMs(world: World): number | null {
  const deadlines = world.links.map(link => deadlineMs(link, world.config.health)).filter(ms => ms !== null)
  return deadlines.length === 0 ? null : Math.min(...deadlines)
}

function advance(link: LinkHealth, { health }: FamilyConfig, input: Exclude<Input, Steering>): LinkHealth {
  switch (input.kind) {
    case "tick":
      return judge(link, health, input.atMs)
    case "probe":
      return onProbe(link, input, health)
    case "traffic":
      return onTraffic(link, input, health)
    case "hint":
      return onHint(link, input, health)
    case "seen":
      return onSeen(link, input, health)
    case "facts": {
      const facts = input.facts.get(link.name)
      return facts === undefined ? link : onFacts(link, facts, health, input.atMs)
    }
  }
}

/** With no link to go to the plan stays as it is, and then its ways are still those of the policies that they were for. */
function resteer({ config: before, links, plan }: World, config: FamilyConfig): World {
  const ways = waysFor(config.policies, before.policies, plan.ways)
  return replan({ config, links, plan: { ...plan, ways }, isSettled: false })
}

function replan(world: World): World {
  const plan = weigh(world.config, world.links, world.plan)
  const isSettled = isSamePlan(plan, world.plan)
  return { ...world, plan: isSettled ? world.plan : plan, isSettled }
}

/** Another list of targets, or another name, does not make it another link: what its users saw of it stays. */
function carryOver(world: World, config: FamilyConfig, link: LinkHealth): LinkHealth {
  const isIt = ({ name }: { readonly name: string }) => name === link.name
  const after = config.links.find(isIt)
  const isSameLine = (line: LinkConfig) => line.interface === after?.interface && line.mark === after.mark
  const before = world.config.links.find(isSameLine)
  const same = world.links.find(({ name }) => name === before?.name)
  if (same !== undefined) return retarget(same, link)
  const namesake = world.links.find(isIt)
  if (namesake === undefined) return knownDead(link, "added by a reload; waiting for answers")
  return namesake.state === "down" ? knownDead(link, `dead before the reload: ${namesake.reason}`) : link
}
