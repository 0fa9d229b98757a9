import type { FamilyConfig } from "../core/family.ts"
import { startWorld, type Note } from "../core/start.ts"
import { reconfigure } from "../core/world.ts"
import { eventsBetween } from "../core/world-events.ts"
import { notesOf, readLastState, type Notes } from "../journal/last-state.ts"
import { inForceNow } from "../system/in-force.ts"
import { forFamily } from "../system/iptables.ts"
import type { Desk } from "./desk.ts"
import { prepare, withFacts } from "./prepare.ts"
import { monotonicTime } from "./clock.ts"
import type { View } from "./watch-router.ts"

type Start = Omit<View, "isInSync">

/** Everything that watching by this configuration starts from: what was known before (null: by an earlier agent) and what is. */
export async function begin(desk: Desk, config: FamilyConfig, last: View | null): Promise<Start> {
  const { world, gateways } = await known(desk, config, last)
  const reading = await prepare(desk, config, gateways)
  if (last !== null && config.family === 4) desk.tell({ type: "config.reloaded", file: desk.file })
  const start = withFacts(world, reading, performance.now())
  for (const event of eventsBetween(world, start)) desk.tell(event)
  return { world: start, gateways: reading.gateways, lastApply: last?.lastApply ?? null }
}

/** What there is to show and to keep of a family that cannot begin yet. */
export async function idleView(desk: Desk, config: FamilyConfig, last: View | null): Promise<View> {
  return { ...(await known(desk, config, last)), lastApply: last?.lastApply ?? null, isInSync: () => false }
}

type Known = Pick<Start, "world" | "gateways">

async function known(desk: Desk, config: FamilyConfig, last: View | null): Promise<Known> {
  return last === null ? inherit(desk, config) : continued(last, config)
}

/** What the last agent left: its notes and the kernel's rules. */
async function inherit(desk: Desk, config: FamilyConfig): Promise<Known> {
  const notes = notesOf(await readLastState(config.stateDir, desk.warn, desk.disk.atStart), config.family)
  const links = new Map(Object.entries(notes?.links ?? {}).map(([name, note]) => [name, legacyOf(note)]))
  const inForce = await inForceNow(forFamily(desk.backend, config.family))
  const world = startWorld(config, { inForce, notes: links }, performance.now())
  return { world, gateways: new Map(Object.entries(notes?.gateways ?? {})) }
}

function legacyOf({ state, since, damping }: Notes["links"][string]): Note {
  const known = { state, sinceMs: monotonicTime(since) }
  if (damping === undefined) return { ...known, damping: null }
  const { penalty, asOf, isDamped } = damping
  return { ...known, damping: { penalty, isDamped, atMs: monotonicTime(asOf) } }
}

function continued({ world, gateways }: View, config: FamilyConfig): Known {
  return { world: reconfigure(world, config, performance.now()), gateways }
}
