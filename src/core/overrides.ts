import type { Config } from "./config.ts"
import { withOlderPins, type KeptPin, type Pin } from "./pins.ts"

/** What an operator has decided at run time, until it is taken back or its time is over. */
export interface Overrides extends KeptOverrides {
  /** Policies before those of the configuration, the newest first. */
  readonly pins: readonly Pin[]
}

/** As it outlives the agent. Drains and weights by link name. */
export interface KeptOverrides {
  readonly drains: Readonly<Record<string, Drain>>
  readonly weights: Readonly<Record<string, WeightOverride>>
  readonly pins: readonly KeptPin[]
}

/** RFC 3339; null: until somebody takes it back. A time of the wall clock, since it has to outlive a reboot. */
interface Lasting {
  readonly until: string | null
}

interface Drain extends Lasting {
  /** No new flow at all, also when no other link can carry. */
  readonly force: boolean
}

interface WeightOverride extends Lasting {
  readonly weight: number
}

export const NO_OVERRIDES: Overrides = { drains: {}, weights: {}, pins: [] }

/** What tells one from all others. */
export type OverrideId =
  { readonly kind: "drain" | "weight"; readonly link: string } | { readonly kind: "pin"; readonly name: string }

/** One about a link. */
export type LinkOverride =
  | ({ readonly kind: "drain"; readonly link: string } & Drain)
  | ({ readonly kind: "weight"; readonly link: string } & WeightOverride)

/** One of them, as `status` and the journal tell of it. */
export type Override = LinkOverride | ({ readonly kind: "pin" } & KeptPin)

export function listed({ drains, weights, pins }: KeptOverrides): readonly Override[] {
  return [
    ...Object.entries(drains).map(([link, drain]) => ({ kind: "drain", link, ...drain }) as const),
    ...Object.entries(weights).map(([link, weight]) => ({ kind: "weight", link, ...weight }) as const),
    ...pins.map(pin => ({ kind: "pin", ...keptPin(pin) }) as const),
  ]
}

/** Without what it means here and now. */
export function keptPin({ name, match, use, ifDown, until }: KeptPin): KeptPin {
  return { name, match, use, ifDown, until }
}

export function idOf(override: OverrideId): OverrideId {
  if (override.kind === "pin") return { kind: "pin", name: override.name }
  return { kind: override.kind, link: override.link }
}

export function isThere(overrides: KeptOverrides, id: OverrideId): boolean {
  const wanted = JSON.stringify(idOf(id))
  return listed(overrides).some(override => JSON.stringify(idOf(override)) === wanted)
}

export function withOverride(overrides: Overrides, { kind, link, ...value }: LinkOverride): Overrides {
  if (kind === "drain") return { ...overrides, drains: { ...overrides.drains, [link]: value as Drain } }
  return { ...overrides, weights: { ...overrides.weights, [link]: value as WeightOverride } }
}

export function withoutOverride(overrides: Overrides, id: OverrideId): Overrides {
  switch (id.kind) {
    case "drain":
      return { ...overrides, drains: without(overrides.drains, id.link) }
    case "weight":
      return { ...overrides, weights: without(overrides.weights, id.link) }
    case "pin":
      return { ...overrides, pins: overrides.pins.filter(({ name }) => name !== id.name) }
  }
}

/** With what was decided earlier, where that says nothing else of the same link or the same match. */
export function withOlder(newer: Overrides, older: Overrides): Overrides {
  return {
    drains: { ...older.drains, ...newer.drains },
    weights: { ...older.weights, ...newer.weights },
    pins: withOlderPins(newer.pins, older.pins),
  }
}

function without<T>(byLink: Readonly<Record<string, T>>, link: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byLink).filter(([name]) => name !== link))
}

/** The configuration that holds while these do. Those of links that it does not have mean nothing. */
export function overridden<C extends Config>(config: C, { drains, weights, pins }: Overrides): C {
  const links = config.links.map(link => {
    const drain = drains[link.name]
    return {
      ...link,
      weight: weights[link.name]?.weight ?? link.weight,
      drain: drain === undefined ? null : drain.force ? ("all" as const) : ("last" as const),
    }
  })
  return { ...config, links, policies: [...pins.map(({ policy }) => policy), ...config.policies] }
}
