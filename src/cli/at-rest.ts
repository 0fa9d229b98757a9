import type { Config } from "../core/config.ts"
import { keptOverrides } from "../agent/kept-overrides.ts"
import { listed } from "../core/overrides.ts"
import { planInForce } from "../core/reconcile.ts"
import { statusAtRest, type AtRest } from "../core/status-at-rest.ts"
import type { Status } from "../core/status-shape.ts"
import { changesToMend, survey, type Survey } from "./set-up.ts"

/** What there is to say of the router while no agent runs: the kernel's rules, and what the last agent wrote down. */
export async function statusWithoutAgent(config: Config): Promise<Status> {
  const [found, { overrides }] = await Promise.all([survey(config), keptOverrides(config)])
  const [ipv4, ipv6] = found.map(atRest)
  if (ipv4 === undefined) throw new Error("no family was looked at")
  return statusAtRest(ipv4, ipv6 ?? null, listed(overrides))
}

function atRest(found: Survey): AtRest {
  return {
    config: found.view,
    inForce: planInForce(found.observed.saved),
    rulesInSync: changesToMend(found).iptables === "",
    facts: found.reading.facts,
    notes: found.notes?.links ?? {},
  }
}
