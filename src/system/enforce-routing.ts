import type { Config } from "../core/config.ts"
import type { Facts } from "../core/facts.ts"
import type { Snapshot } from "../core/kernel.ts"
import { routingChanges } from "../core/routing.ts"
import { applyBatch } from "./ip-batch.ts"
import { loosenRpFilter } from "./rp-filter.ts"

/** Puts back rules, routes and `rp_filter` that somebody, or the kernel with an interface, took away. Returns what it did. */
export async function enforceRouting(
  config: Config,
  { rules, routes }: Snapshot,
  facts: ReadonlyMap<string, Facts>,
): Promise<readonly string[]> {
  const loosened = await loosenRpFilter(config.links.map(link => link.interface))
  const lines = routingChanges(config, facts, rules, routes)
  await applyBatch(lines)
  return [...loosened.map(device => `rp_filter of ${device}`), ...lines]
}
