import { interpret, type Reading } from "../agent/readings.ts"
import { changesFor, type Changes, type Observed } from "../core/changes.ts"
import type { Config } from "../core/config.ts"
import { obstacle } from "../core/facts.ts"
import { planOfConfig } from "../core/plan.ts"
import { planInForce } from "../core/reconcile.ts"
import { readLastState, type LastState } from "../journal/last-state.ts"
import { detectBackend } from "../system/detect-backend.ts"
import type { Backend } from "../system/iptables.ts"
import { observe } from "../system/router.ts"
import { readSnapshot } from "../system/snapshot.ts"

/** The router as it is, without its packet filter, and what the last agent wrote down (null: nothing that can be read). */
export interface Look {
  readonly reading: Reading
  readonly notes: LastState | null
}

/** The router as it is. */
export interface Survey extends Look {
  readonly backend: Backend
  readonly observed: Observed
}

export async function look(config: Config): Promise<Look> {
  const [snapshot, notes] = await Promise.all([readSnapshot(), readLastState(config.stateDir, () => undefined)])
  return { reading: interpret(config, snapshot, new Map(Object.entries(notes?.gateways ?? {}))), notes }
}

export async function survey(config: Config): Promise<Survey> {
  const { backend } = await detectBackend()
  const looked = await look(config)
  return { ...looked, backend, observed: await observe(backend, config, looked.reading.snapshot) }
}

type Found = Pick<Survey, "reading" | "observed">

/** What `apply` does: set-up with the configured weights. */
export function changesToApply(config: Config, { reading, observed }: Found): Changes {
  return changesFor(config, planOfConfig(config), reading.facts, observed)
}

/** The way to what the configuration wants with the split of flows as it is: what a living agent would mend. */
export function changesToMend(config: Config, { reading, observed }: Found): Changes {
  return changesFor(config, planInForce(observed.saved) ?? planOfConfig(config), reading.facts, observed)
}

/** Links that get no route of their own for now, each with the reason. */
export function hindrances(config: Config, { reading }: Found): readonly string[] {
  return config.links.flatMap(link => {
    const facts = reading.facts.get(link.name)
    const stuck = facts === undefined ? null : obstacle(facts)
    return stuck === null ? [] : [`${link.name} has no route yet: ${stuck} (${link.interface}). See evenkeel doctor`]
  })
}

/** Links that `apply`, which knows nothing of health, gives flows though the last agent knew them to be dead. */
export function revivals(config: Config, { reading, notes }: Look): readonly string[] {
  const carriers = planOfConfig(config).balance.map(share => share.mark)
  const revived = config.links.filter(({ name, mark }) => {
    const facts = reading.facts.get(name)
    const isFree = facts !== undefined && obstacle(facts) === null
    return notes?.links[name]?.state === "down" && isFree && carriers.includes(mark)
  })
  return revived.map(
    ({ name }) =>
      `${name} was down when last watched; apply gives it flows again. Start the agent instead, which waits for answers: evenkeel run`,
  )
}
