import type { Config } from "../core/config.ts"
import { planInForce } from "../core/reconcile.ts"
import { statusAtRest } from "../core/status-at-rest.ts"
import type { Status } from "../core/status-shape.ts"
import { changesToMend, survey } from "./set-up.ts"

/** What there is to say of the router while no agent runs: the kernel's rules, and what the last agent wrote down. */
export async function statusWithoutAgent(config: Config): Promise<Status> {
  const found = await survey(config)
  const { iptables } = changesToMend(config, found)
  return statusAtRest(config, {
    inForce: planInForce(found.observed.saved),
    rulesInSync: iptables === "",
    facts: found.reading.facts,
    notes: found.notes?.links ?? {},
  })
}
