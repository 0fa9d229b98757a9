import { rulesFailed } from "../core/events.ts"
import type { FamilyConfig } from "../core/family.ts"
import { step, type World } from "../core/world.ts"
import { keepBefore } from "../system/before.ts"
import { enforceRouting } from "../system/enforce-routing.ts"
import { forFamily } from "../system/iptables.ts"
import { readSnapshot } from "../system/snapshot.ts"
import { refuseForeignTables } from "./conflict.ts"
import type { Desk } from "./desk.ts"
import { interpret, type Gateways, type Reading } from "./readings.ts"

/** Trying again is what watching does anyway, a second later. */
const RETRY_MS = 1000

/**
 * Looks at the router, keeps what is there, and sets up routing: marks are set only once there are routes for them.
 * Nothing but a conflict stops it. A disk that is full or hangs costs the copy of what was there, and routing that the kernel refuses is
 * told and tried again while watching: one link's trouble is not the other's.
 * @throws Conflict
 */
export async function prepare(desk: Desk, config: FamilyConfig, gateways: Gateways): Promise<Reading> {
  const snapshot = await readSnapshot(config.family)
  refuseForeignTables(config, snapshot)
  await keepBefore(forFamily(desk.backend, config.family), config, desk.disk.patiently).catch(desk.warnUnkept)
  const reading = interpret(config, snapshot, gateways)
  await enforceRouting(config, snapshot, reading.facts, desk).catch((error: unknown) => {
    desk.tell(rulesFailed(config.family, error, RETRY_MS))
  })
  return reading
}

/** What the kernel says of the links, taken into the world at once. */
export function withFacts(world: World, { facts }: Pick<Reading, "facts">, atMs: number): World {
  return step(world, { kind: "facts", facts, atMs })
}
