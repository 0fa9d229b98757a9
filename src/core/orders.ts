import { familyName } from "./family.ts"
import {
  isThere,
  overridden,
  withOverride,
  withoutOverride,
  type LinkOverride,
  type OverrideId,
  type Overrides,
} from "./overrides.ts"
import type { AskedPin } from "./pins.ts"
import type { World } from "./world.ts"

/** What an operator tells the agent to do. */
export type Order = LinkOrder | PinOrder | Clearing

export interface LinkOrder {
  readonly do: "set"
  readonly override: LinkOverride
}

interface PinOrder {
  readonly do: "pin"
  readonly pin: AskedPin
}

type Clearing = { readonly do: "clear" } & OverrideId

/** The overrides after the order; or why it is refused, in words for whoever gave it. */
export type Ordered =
  { readonly ok: true; readonly overrides: Overrides } | { readonly ok: false; readonly why: string }

/**
 * `worlds`: of each family that is steered. What a pin means is for the configuration to say: src/config/pin.ts. What is not
 * there cannot be taken back, but where there may be more than is known (`isAll` is false).
 */
export function ordered(
  overrides: Overrides,
  order: LinkOrder | Clearing,
  worlds: readonly World[],
  isAll = true,
): Ordered {
  if (order.do === "clear" && order.kind === "pin") return withoutPin(overrides, order.name, isAll)
  const link = order.do === "set" ? order.override.link : order.link
  const known = worlds[0]?.config.links.map(({ name }) => name) ?? []
  if (!known.includes(link)) return { ok: false, why: `there is no link ${link}: there are ${known.join(", ")}` }
  if (order.do === "clear") return withoutIt(overrides, { kind: order.kind, link }, isAll)
  const next = withOverride(overrides, order.override)
  const isForced = order.override.kind === "drain" && order.override.force
  const stranded = isForced ? [] : worlds.filter(world => wouldStrand(world, next))
  return stranded.length === 0 ? { ok: true, overrides: next } : { ok: false, why: strandedText(link, stranded) }
}

function withoutPin(overrides: Overrides, name: string, isAll: boolean): Ordered {
  const names = overrides.pins.map(pin => pin.name)
  if (names.includes(name) || !isAll) return { ok: true, overrides: withoutOverride(overrides, { kind: "pin", name }) }
  if (names.length === 0) return { ok: false, why: "nothing is pinned" }
  return { ok: false, why: `there is no pin ${name}: there are ${names.join(", ")}` }
}

function withoutIt(overrides: Overrides, id: Pick<LinkOverride, "kind" | "link">, isAll: boolean): Ordered {
  const { kind, link } = id
  if (isThere(overrides, id) || !isAll) return { ok: true, overrides: withoutOverride(overrides, id) }
  return { ok: false, why: kind === "drain" ? `${link} is not drained` : `${link} has its configured weight` }
}

/** Some link can carry new flows at its best now, and none could then. */
function wouldStrand(world: World, next: Overrides): boolean {
  const after = { ...world, config: overridden(world.config, next) }
  return isServed(world) && !isServed(after)
}

function isServed({ config, links }: World): boolean {
  const isDown = (name: string) => links.find(health => health.name === name)?.state === "down"
  return config.links.some(({ name, weight, drain }) => weight > 0 && drain === null && !isDown(name))
}

function strandedText(link: string, worlds: readonly World[]): string {
  const families = worlds.map(({ config }) => (familyName(config.family) === "ipv6" ? "IPv6" : "IPv4")).join(" and ")
  return `no other link can carry new flows of ${families} now: ${link} is the last one`
}
