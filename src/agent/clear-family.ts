import { changesToRemove, isNothing } from "../core/changes.ts"
import type { Family } from "../core/ip-family.ts"
import { parseSaved } from "../core/saved.ts"
import { familiesHere } from "../system/families.ts"
import { removeSets } from "../system/ipset.ts"
import { forFamily, save } from "../system/iptables.ts"
import { takeAway } from "../system/router.ts"
import { readSnapshot } from "../system/snapshot.ts"
import type { Desk } from "./desk.ts"

/** Takes away what an earlier configuration set up for a family that is steered no more. Trouble is logged, not thrown. */
export async function clearFamily(desk: Pick<Desk, "backend" | "warn">, family: Family): Promise<void> {
  if (!familiesHere().includes(family)) return
  const backend = forFamily(desk.backend, family)
  try {
    const [saved, snapshot] = await Promise.all([save(backend), readSnapshot(family)])
    const changes = changesToRemove({ saved: parseSaved(saved), ...snapshot })
    if (!isNothing(changes)) await takeAway(backend, changes)
    await removeSets([], family)
  } catch (error) {
    desk.warn(error)
  }
}
