import type { FamilyConfig } from "./family.ts"
import { isSamePlan, type Plan } from "./plan.ts"
import { waysFor } from "./policies.ts"

/** What the rules are made of. Every `World` is one. */
export interface Wanted {
  readonly config: FamilyConfig
  readonly plan: Plan
}

export function isSameWanted(a: Wanted, b: Wanted): boolean {
  return hasSamePolicies(a.config, b.config) && isSamePlan(a.plan, b.plan)
}

/** Nothing else that rules are made of changes at run time: pins come and go, and each policy stays the same object. */
export function hasSamePolicies({ policies }: FamilyConfig, { policies: others }: FamilyConfig): boolean {
  return policies.length === others.length && policies.every((policy, i) => policy === others[i])
}

/** With every flow balanced as if there were no policies. */
export function withoutPolicies({ config, plan }: Wanted): Wanted {
  return { config: { ...config, policies: [] }, plan: { ...plan, ways: [] } }
}

/** What of it the chains of the policies in force can carry out. A policy that is wanted no more matches nothing there. */
export function withinForce({ config, plan }: Wanted, inForce: Wanted): Wanted {
  const ways = waysFor(inForce.config.policies, config.policies, plan.ways)
  return { config: inForce.config, plan: { ...plan, ways } }
}
