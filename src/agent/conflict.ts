import type { Config } from "../core/config.ts"
import { viewsOf, type FamilyConfig } from "../core/family.ts"
import type { Snapshot } from "../core/kernel.ts"
import { foreignTables } from "../core/routing.ts"
import { readSnapshot } from "../system/snapshot.ts"

/** The router cannot be set up as configured without taking something that is not ours. */
class Conflict extends Error {
  override readonly name = "Conflict"
}

/** @throws Conflict when a link's table holds a default route of somebody else's. */
export function refuseForeignTables(config: FamilyConfig, { routes }: Pick<Snapshot, "routes">): void {
  const [link] = foreignTables(config, routes)
  if (link === undefined) return
  const { name, table } = link
  throw new Conflict(
    `${name}: routing table ${table} holds a default route that is not evenkeel's. ` +
      `Remove it (ip ${config.family === 4 ? "" : "-6 "}route del default table ${table}) or give ${name} another table (table: N)`,
  )
}

/** What keeps a good configuration from being set up on this router, now; null: nothing. */
export async function conflictHere(config: Config): Promise<string | null> {
  try {
    for (const view of viewsOf(config)) refuseForeignTables(view, await readSnapshot(view.family))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
