import { policyFlows, type PolicyFlows } from "../core/policy-flows.ts"
import { forFamily, saveCounted } from "../system/iptables.ts"
import type { Desk } from "./desk.ts"
import type { Views } from "./watch-families.ts"
import type { View } from "./watch-router.ts"

/** What each policy was given, by the kernel's counters; null: they cannot be read. Without policies nothing is read. */
export async function policiesNow(
  { backend }: Pick<Desk, "backend">,
  { ipv4, ipv6 }: Views,
): Promise<readonly PolicyFlows[] | null> {
  if ([ipv4, ipv6].every(view => (view?.world.config.policies ?? []).length === 0)) return []
  const counted = async ({ world: { config } }: View) => ({
    config,
    text: await saveCounted(forFamily(backend, config.family), "mangle"),
  })
  try {
    const [first, second] = await Promise.all([counted(ipv4), ipv6 && counted(ipv6)])
    return policyFlows(first, second)
  } catch {
    return null
  }
}
