import type { Reading } from "../agent/readings.ts"
import type { FamilyConfig } from "../core/family.ts"
import type { Feature, Firewall, Trial } from "../core/diagnose/checkup.ts"
import { FEATURES, trialOf } from "../core/diagnose/features.ts"
import { planOfConfig } from "../core/plan.ts"
import { planInForce, reconcile } from "../core/reconcile.ts"
import { parseSaved, policyIn, type Saved } from "../core/saved.ts"
import { hasRules, type Candidate } from "../system/choose-backend.ts"
import { surveyBackends } from "../system/detect-backend.ts"
import type { Backend } from "../system/iptables.ts"
import { observe } from "../system/router.ts"
import { tryRules } from "../system/try-rules.ts"
import { changesToMend } from "./set-up.ts"

/** The packet filter for `doctor`: that none works is a finding, not a failure. */
export async function readFirewall(config: FamilyConfig, reading: Reading): Promise<Firewall> {
  const surveyed = await surveyBackends().catch((error: unknown) => ({ error }))
  if ("error" in surveyed) return { kind: "unreachable", why: oneLine(surveyed.error) }
  const { choice, candidates } = surveyed
  const observed = await observe(choice.backend, config, reading.snapshot)
  return {
    kind: "found",
    backend: choice.backend.name,
    reason: choice.reason,
    forwardPolicy: forwardPolicies(candidates),
    saved: rulesByBackend(candidates),
    inForce: planInForce(observed.saved),
    changes: changesToMend({ view: config, reading, observed }),
    trial: await tryRuleset(choice.backend, config),
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll("\n", "; ")
}

function rulesByBackend(candidates: readonly Candidate[]): Readonly<Partial<Record<Backend["name"], Saved>>> {
  const parsed = candidates.map(({ backend, text }) => [backend.name, parseSaved(text)] as const)
  return Object.fromEntries(parsed.filter(([, saved]) => hasRules(saved)))
}

function forwardPolicies(candidates: readonly Candidate[]): Readonly<Partial<Record<Backend["name"], string>>> {
  const policies = candidates.map(({ backend, text }) => [backend.name, policyIn(text, "filter", "FORWARD")] as const)
  return Object.fromEntries(policies.filter(([, policy]) => policy !== undefined))
}

/** The whole ruleset first; only when the kernel refuses it, part by part, to name what is missing. */
async function tryRuleset(backend: Backend, config: FamilyConfig): Promise<Trial> {
  const whole = await tryRules(backend, reconcile(config, planOfConfig(config), new Map()).input)
  if (whole.kind !== "refused") return whole
  const missing: Feature[] = []
  for (const feature of FEATURES)
    if ((await tryRules(backend, trialOf(feature))).kind === "refused") missing.push(feature)
  return { ...whole, missing }
}
