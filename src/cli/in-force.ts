import { loadProtocols } from "../config/load.ts"
import { readPins } from "../config/pin.ts"
import type { Config } from "../core/config.ts"
import { viewsOf } from "../core/family.ts"
import { listed, NO_OVERRIDES, overridden, withOverride, type Override } from "../core/overrides.ts"
import { policyFlows, type PolicyFlows } from "../core/policy-flows.ts"
import { readableOverrides } from "../journal/overrides-file.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { familiesHere } from "../system/families.ts"
import { forFamily, saveCounted } from "../system/iptables.ts"
import { readRights } from "../system/rights.ts"
import { askStatus } from "./ask.ts"
import { Failure } from "./failure.ts"

/** What operators have decided: the agent knows it; where none answers, it is in the state directory. */
export async function overridesInForce(config: Config): Promise<readonly Override[]> {
  const status = await askStatus(config).catch((error: unknown) => {
    if (error instanceof Failure) return null
    throw error
  })
  return status?.overrides ?? listed(await readableOverrides(config.stateDir))
}

/** The families that are steered here, as the configuration with these overrides has them, IPv4 first. */
export async function viewsInForce(config: Config, overrides: readonly Override[]) {
  const { pins } = readPins(overrides.filter(isPin), config, await loadProtocols())
  const held = overrides.filter(override => !isPin(override)).reduce(withOverride, { ...NO_OVERRIDES, pins })
  const here = viewsOf(config).filter(({ family }) => familiesHere().includes(family))
  return here.map(view => overridden(view, held))
}

function isPin(override: Override): override is Extract<Override, { readonly kind: "pin" }> {
  return override.kind === "pin"
}

/** Null: this process may not read the kernel's counters. Without policies nothing is read. */
export async function readPolicies(
  config: Config,
  overrides: readonly Override[],
): Promise<readonly PolicyFlows[] | null> {
  const views = await viewsInForce(config, overrides)
  if (views.every(({ policies }) => policies.length === 0)) return []
  if (!(await readRights()).netAdmin) return null
  const { backend } = await detectBackend()
  const read = views.map(async view => ({
    config: view,
    text: await saveCounted(forFamily(backend, view.family), "mangle"),
  }))
  const [ipv4, ipv6] = await Promise.all(read)
  return ipv4 === undefined ? [] : policyFlows(ipv4, ipv6 ?? null)
}
