import type { Changes, Observed } from "../core/changes.ts"
import type { FamilyConfig } from "../core/family.ts"
import type { Snapshot } from "../core/kernel.ts"
import { parseSaved } from "../core/saved.ts"
import { failTogether } from "./fail-together.ts"
import { applyBatch } from "./ip-batch.ts"
import { restore, save, type Backend } from "./iptables.ts"
import { lackingSysctls, writeSysctls } from "./link-sysctls.ts"

/** One family of the router as far as evenkeel may change it. */
export async function observe(backend: Backend, config: FamilyConfig, snapshot: Snapshot): Promise<Observed> {
  const devices = config.family === 4 ? config.links.map(link => link.interface) : []
  const [text, lacking] = await Promise.all([save(backend), lackingSysctls(devices)])
  return { saved: parseSaved(text), rules: snapshot.rules, routes: snapshot.routes, lackingSysctls: lacking }
}

/**
 * Carries out changes in their order.
 * @throws Error naming the command that was refused: what came before it is done, what comes after is not.
 */
export async function carryOut(backend: Backend, changes: Changes): Promise<void> {
  failTogether((await writeSysctls(changes.sysctls)).errors)
  await applyBatch(backend.family, changes.ip)
  if (changes.iptables !== "") await restore(backend, changes.iptables)
}

/** The same backwards: no packet is marked any more when the routes for marks go. */
export async function takeAway(backend: Backend, changes: Changes): Promise<void> {
  if (changes.iptables !== "") await restore(backend, changes.iptables)
  await applyBatch(backend.family, changes.ip)
}
