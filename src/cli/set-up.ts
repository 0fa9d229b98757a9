import { keptOverrides } from "../agent/kept-overrides.ts"
import { interpret, type Reading } from "../agent/readings.ts"
import { changesFor, changesToRemove, isNothing, type Changes, type Observed } from "../core/changes.ts"
import type { Config } from "../core/config.ts"
import { obstacle } from "../core/facts.ts"
import { viewOf, type FamilyConfig } from "../core/family.ts"
import { overridden } from "../core/overrides.ts"
import { planOfConfig, type Plan } from "../core/plan.ts"
import { planInForce } from "../core/reconcile.ts"
import type { Saved } from "../core/saved.ts"
import { waysInForce } from "../core/ways-in-force.ts"
import { notesOf, readLastState, type Notes } from "../journal/last-state.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { familiesHere } from "../system/families.ts"
import { forFamily, type Backend } from "../system/iptables.ts"
import { observe } from "../system/router.ts"
import { readSnapshot } from "../system/snapshot.ts"

/** One family of the router as it is, without its packet filter, and what the last agent wrote down (null: nothing that can be read). */
export interface Look {
  readonly view: FamilyConfig
  readonly reading: Reading
  readonly notes: Notes | null
}

/** One family of the router as it is. */
export interface Survey extends Look {
  readonly backend: Backend
  readonly observed: Observed
}

export async function look(view: FamilyConfig): Promise<Look> {
  const { family, stateDir } = view
  const [snapshot, state] = await Promise.all([readSnapshot(family), readLastState(stateDir, () => undefined)])
  const notes = notesOf(state, family)
  return { view, reading: interpret(view, snapshot, new Map(Object.entries(notes?.gateways ?? {}))), notes }
}

/**
 * Of each family that this kernel knows, IPv4 first; also of one that the configuration does not steer. With what
 * operators have decided, as an agent would begin.
 */
export async function survey(config: Config): Promise<readonly Survey[]> {
  const [{ backend }, { overrides }] = await Promise.all([detectBackend(), keptOverrides(config)])
  const views = familiesHere().map(family => overridden(viewOf(config, family), overrides))
  return Promise.all(views.map(view => surveyFamily(view, forFamily(backend, view.family))))
}

async function surveyFamily(view: FamilyConfig, backend: Backend): Promise<Survey> {
  const looked = await look(view)
  return { ...looked, backend, observed: await observe(backend, view, looked.reading.snapshot) }
}

type Found = Pick<Survey, "view" | "reading" | "observed">

/** What `apply` does: set-up with the configured weights; of a family that is not steered nothing of ours stays. */
export function changesToApply({ view, reading, observed }: Found): Changes {
  return view.links.length === 0
    ? changesToRemove(observed)
    : changesFor(view, planOfConfig(view), reading.facts, observed)
}

/** The way to what the configuration wants with the split of flows as it is: what a living agent would mend. */
export function changesToMend({ view, reading, observed }: Found): Changes {
  return view.links.length === 0
    ? changesToRemove(observed)
    : changesFor(view, planToKeep(view, observed.saved), reading.facts, observed)
}

/** What the kernel's rules do now, as far as they are of this configuration. */
function planToKeep(view: FamilyConfig, saved: Saved): Plan {
  const configured = planOfConfig(view)
  const inForce = planInForce(saved)
  return inForce === null
    ? configured
    : { ...inForce, ways: waysInForce(saved, view.policies.length) ?? configured.ways }
}

/** What `plan` and `apply` print for programs: IPv4's, and beside them IPv6's. */
export function changesAsJson(found: readonly Survey[]): string {
  const [ipv4, ipv6] = found.map(changesToApply)
  return JSON.stringify({ ...ipv4, ipv6: ipv6 === undefined || isNothing(ipv6) ? null : ipv6 })
}

/** Links that get no route of their own for now, each with the reason. */
export function hindrances({ view, reading }: Found): readonly string[] {
  const kind = view.family === 4 ? "route" : "IPv6 route"
  return view.links.flatMap(link => {
    const facts = reading.facts.get(link.name)
    const stuck = facts === undefined ? null : obstacle(facts)
    return stuck === null ? [] : [`${link.name} has no ${kind} yet: ${stuck} (${link.interface}). See evenkeel doctor`]
  })
}

/** Links that `apply`, which knows nothing of health, gives flows though the last agent knew them to be dead. */
export function revivals({ view, reading, notes }: Look): readonly string[] {
  const carriers = planOfConfig(view).balance.map(share => share.mark)
  const revived = view.links.filter(({ name, mark }) => {
    const facts = reading.facts.get(name)
    const isFree = facts !== undefined && obstacle(facts) === null
    return notes?.links[name]?.state === "down" && isFree && carriers.includes(mark)
  })
  return revived.map(
    ({ name }) =>
      `${name} was down when last watched; apply gives it flows again. Start the agent instead, which waits for answers: evenkeel run`,
  )
}
