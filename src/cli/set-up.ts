import { interpret, type Reading } from "../agent/readings.ts"
import { changesFor, changesToRemove, type Changes, type Observed } from "../core/changes.ts"
import type { Config } from "../core/config.ts"
import { planOfConfig } from "../core/plan.ts"
import { readLastState } from "../journal/last-state.ts"
import { detectBackend } from "../system/detect-backend.ts"
import type { Backend } from "../system/iptables.ts"
import { observe } from "../system/router.ts"
import { readSnapshot } from "../system/snapshot.ts"

/** The router as it is, with what the links' interfaces say. */
export interface Survey {
  readonly backend: Backend
  readonly reading: Reading
  readonly observed: Observed
}

export async function survey(config: Config): Promise<Survey> {
  const { backend } = await detectBackend()
  const [snapshot, notes] = await Promise.all([readSnapshot(), readLastState(config.stateDir, () => undefined)])
  const reading = interpret(config, snapshot, new Map(Object.entries(notes?.gateways ?? {})))
  return { backend, reading, observed: await observe(backend, config, snapshot) }
}

/** What `apply` does: set-up with the configured weights. */
export function changesToApply(config: Config, { reading, observed }: Survey): Changes {
  return changesFor(config, planOfConfig(config), reading.facts, observed)
}

/** What `teardown` does. */
export function changesToTearDown({ observed }: Survey): Changes {
  return changesToRemove(observed)
}
