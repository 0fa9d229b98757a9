import type { PolicyConfig } from "./policy-config.ts"

/** A link that can take new flows now. */
export interface Carrier {
  readonly name: string
  readonly mark: number
  /** Part of its weight that it gets, 0..1: less than 1 where it is degraded or has just come back; 0: none, it is damped. */
  readonly share: number
}

/** Where the flows of a policy go: over links by relative weight (> 0), or as its `ifDown` says with none of them in service. */
export type Way =
  | { readonly kind: "balance"; readonly shares: readonly { readonly mark: number; readonly weight: number }[] }
  /** As if the policy did not match: to the next one that does, in the end to `LOAD_BALANCE`. */
  | { readonly kind: "next" }
  /** Straight to `LOAD_BALANCE`, with the flows of everybody. */
  | { readonly kind: "all" }
  /** Nowhere: the client is told that the destination is unreachable. */
  | { readonly kind: "blocked" }

/** The way of each policy, in their order. */
export function waysOf(policies: readonly PolicyConfig[], carriers: readonly Carrier[]): readonly Way[] {
  const able = new Map(carriers.filter(({ share }) => share > 0).map(carrier => [carrier.name, carrier]))
  return policies.map(policy => {
    const shares = sharesOf(policy, able)
    return shares.length > 0 ? { kind: "balance", shares } : WITHOUT_LINKS[policy.ifDown]
  })
}

/** The ways of `policies` by a plan that was made for `others`: one that it does not know matches nothing for now. */
export function waysFor(
  policies: readonly PolicyConfig[],
  others: readonly PolicyConfig[],
  ways: readonly Way[],
): readonly Way[] {
  return policies.map(policy => ways[others.indexOf(policy)] ?? { kind: "next" })
}

const WITHOUT_LINKS: Readonly<Record<PolicyConfig["ifDown"], Way>> = {
  next: { kind: "next" },
  balance: { kind: "all" },
  block: { kind: "blocked" },
}

function sharesOf({ use }: PolicyConfig, able: ReadonlyMap<string, Carrier>) {
  if (use.kind === "order")
    return use.links
      .flatMap(link => able.get(link) ?? [])
      .slice(0, 1)
      .map(({ mark }) => ({ mark, weight: 1 }))
  return use.shares.flatMap(({ link, weight }) => {
    const carrier = able.get(link)
    return carrier === undefined || weight === 0 ? [] : [{ mark: carrier.mark, weight: weight * carrier.share }]
  })
}
