import type { Config } from "../core/config.ts"
import { startWorld, type Note } from "../core/start.ts"
import { eventsBetween, reconfigure, type World } from "../core/world.ts"
import { readLastState, type LastState } from "../journal/last-state.ts"
import { inForceNow } from "../system/in-force.ts"
import type { Desk } from "./desk.ts"
import { prepare, withFacts } from "./prepare.ts"
import { monotonicTime } from "./clock.ts"
import type { Gateways } from "./readings.ts"
import type { View } from "./watch-router.ts"

type Start = Omit<View, "isInSync">

/** Everything that watching by this configuration starts from: what was known before (null: by an earlier agent) and what is. */
export async function begin(desk: Desk, config: Config, last: View | null): Promise<Start> {
  const { world, gateways } = last === null ? await inherit(desk, config) : continued(last, config)
  const reading = await prepare(desk, config, gateways)
  if (last !== null) desk.tell({ type: "config.reloaded", file: desk.file })
  const start = withFacts(world, reading, performance.now())
  for (const event of eventsBetween(world, start)) desk.tell(event)
  return { world: start, gateways: reading.gateways, lastApply: last?.lastApply ?? null }
}

/** What the last agent left: its notes and the kernel's rules. */
async function inherit(desk: Desk, config: Config): Promise<{ world: World; gateways: Gateways }> {
  const notes = await readLastState(config.stateDir, desk.warn)
  const links = new Map(Object.entries(notes?.links ?? {}).map(([name, note]) => [name, legacyOf(note)]))
  const inForce = await inForceNow(desk.backend)
  const world = startWorld(config, { inForce, notes: links }, performance.now())
  return { world, gateways: new Map(Object.entries(notes?.gateways ?? {})) }
}

function legacyOf({ state, since, damping }: LastState["links"][string]): Note {
  const known = { state, sinceMs: monotonicTime(since) }
  if (damping === undefined) return { ...known, damping: null }
  const { penalty, asOf, isDamped } = damping
  return { ...known, damping: { penalty, isDamped, atMs: monotonicTime(asOf) } }
}

function continued({ world, gateways }: View, config: Config): { world: World; gateways: Gateways } {
  return { world: reconfigure(world, config, performance.now()), gateways }
}
