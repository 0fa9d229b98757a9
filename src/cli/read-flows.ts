import type { Config } from "../core/config.ts"
import { ruleCounters } from "../core/counters.ts"
import type { FamilyConfig } from "../core/family.ts"
import { flowsOf } from "../core/flows.ts"
import { policyFlows } from "../core/policy-flows.ts"
import { planInForce } from "../core/reconcile.ts"
import { BALANCE_CHAIN } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { countByMark } from "../system/conntrack.ts"
import { forFamily, save, saveCounted, type Backend } from "../system/iptables.ts"
import type { AllFlows } from "./flows-text.ts"
import { overridesInForce, viewsInForce } from "./in-force.ts"

/** How flows are spread now: the rules, what they have counted, and what is tracked. @throws RunError without the rights */
export async function readFlows(config: Config, backend: Backend): Promise<AllFlows> {
  const overrides = await overridesInForce(config)
  const read = (await viewsInForce(config, overrides)).map(view => readFamily(view, forFamily(backend, view.family)))
  const [ipv4, ipv6] = await Promise.all(read)
  if (ipv4 === undefined) throw new Error("every link is one of IPv4's")
  const policies = policyFlows(ipv4.counted, ipv6?.counted ?? null)
  return { ipv4: ipv4.flows, ipv6: ipv6?.flows ?? null, policies, overrides }
}

async function readFamily(config: FamilyConfig, backend: Backend) {
  const [saved, text, tracked] = await Promise.all([
    save(backend),
    saveCounted(backend, "mangle"),
    countByMark(config.family, config.markMask),
  ])
  const flows = flowsOf(config, planInForce(parseSaved(saved)), ruleCounters(text, BALANCE_CHAIN), tracked)
  return { flows, counted: { config, text } }
}
