import type { Facts } from "../core/facts.ts"
import type { FamilyConfig } from "../core/family.ts"
import type { Snapshot } from "../core/kernel.ts"
import { routingChanges } from "../core/routing.ts"
import type { Disk } from "../files/disk.ts"
import { keepSysctls } from "./before.ts"
import { failTogether } from "./fail-together.ts"
import { applyBatch } from "./ip-batch.ts"
import { lackingSysctls, writeSysctls } from "./link-sysctls.ts"

/** How what was there before is kept. */
export interface Keeping {
  readonly disk: Disk
  /** Hears why it could not be. */
  readonly warnUnkept: (error: unknown) => void
}

/**
 * Puts back rules, routes and sysctls that somebody, or the kernel with an interface, took away. Returns what it did.
 * Each is tried, whatever becomes of the others: a read-only /proc/sys leaves routes as good as they can be. The values
 * of sysctls are kept for `teardown`, or it is told why not.
 * @throws Error with all that went wrong
 */
export async function enforceRouting(
  config: FamilyConfig,
  { rules, routes }: Snapshot,
  facts: ReadonlyMap<string, Facts>,
  keeping: Keeping,
): Promise<readonly string[]> {
  const lines = routingChanges(config, facts, rules, routes)
  const [routing] = await Promise.allSettled([applyBatch(config.family, lines)])
  const [settings] = await Promise.allSettled([mendSysctls(config, keeping)])
  failTogether([routing, settings].flatMap(errorOf))
  return [...lines, ...(settings.status === "fulfilled" ? settings.value : [])]
}

/**
 * A disk that is full or hangs costs the copy of what was there, and no link: one with a strict filter would lose its
 * replies. IPv6 has no reverse path filter of its own.
 */
async function mendSysctls(
  { family, stateDir, links }: FamilyConfig,
  { disk, warnUnkept }: Keeping,
): Promise<readonly string[]> {
  if (family === 6) return []
  const lacking = await lackingSysctls(links.map(link => link.interface))
  await keepSysctls(stateDir, lacking, disk.patiently).catch(warnUnkept)
  const { done, errors } = await writeSysctls(lacking)
  failTogether(errors)
  return done.map(({ path, value }) => `${path}=${value}`)
}

function errorOf(result: PromiseSettledResult<unknown>): readonly unknown[] {
  return result.status === "rejected" ? [result.reason] : []
}
