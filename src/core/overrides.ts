import type { FamilyConfig } from "./family.ts"

/** What an operator has decided at run time, until it is taken back or its time is over. By link name. */
export interface Overrides {
  readonly drains: Readonly<Record<string, Drain>>
  readonly weights: Readonly<Record<string, WeightOverride>>
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

export const NO_OVERRIDES: Overrides = { drains: {}, weights: {} }

export type OverrideKind = "drain" | "weight"

/** One of them, as `status` and the journal tell of it. */
export type Override =
  | ({ readonly kind: "drain"; readonly link: string } & Drain)
  | ({ readonly kind: "weight"; readonly link: string } & WeightOverride)

export function listed({ drains, weights }: Overrides): readonly Override[] {
  return [
    ...Object.entries(drains).map(([link, drain]) => ({ kind: "drain", link, ...drain }) as const),
    ...Object.entries(weights).map(([link, weight]) => ({ kind: "weight", link, ...weight }) as const),
  ]
}

export function withOverride(overrides: Overrides, { kind, link, ...value }: Override): Overrides {
  if (kind === "drain") return { ...overrides, drains: { ...overrides.drains, [link]: value as Drain } }
  return { ...overrides, weights: { ...overrides.weights, [link]: value as WeightOverride } }
}

export function withoutOverride(overrides: Overrides, kind: OverrideKind, link: string): Overrides {
  return kind === "drain"
    ? { ...overrides, drains: without(overrides.drains, link) }
    : { ...overrides, weights: without(overrides.weights, link) }
}

function without<T>(byLink: Readonly<Record<string, T>>, link: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(byLink).filter(([name]) => name !== link))
}

/** The configuration that holds while these do. Those of links that it does not have mean nothing. */
export function overridden(config: FamilyConfig, { drains, weights }: Overrides): FamilyConfig {
  const links = config.links.map(link => {
    const drain = drains[link.name]
    return {
      ...link,
      weight: weights[link.name]?.weight ?? link.weight,
      drain: drain === undefined ? null : drain.force ? ("all" as const) : ("last" as const),
    }
  })
  return { ...config, links }
}
