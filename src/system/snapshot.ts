import type { Family } from "../core/ip-family.ts"
import type { Snapshot } from "../core/kernel.ts"
import { readInterfaces } from "./interfaces.ts"
import { readRoutes } from "./routes.ts"
import { readRules } from "./rules.ts"

/** Three listings, so not one moment: a change in between brings its own signal, and with it another reading. */
export async function readSnapshot(family: Family): Promise<Snapshot> {
  const [interfaces, routes, rules] = await Promise.all([readInterfaces(family), readRoutes(family), readRules(family)])
  return { interfaces, routes, rules }
}
