import type { Config } from "../core/config.ts"
import { viewsOf, type FamilyConfig } from "../core/family.ts"
import type { Feature, Firewall, Trial } from "../core/diagnose/checkup.ts"
import { featuresIn, trialOf, trialSets } from "../core/diagnose/features.ts"
import { planInForce } from "../core/reconcile.ts"
import { parseSaved, policyIn, type Saved } from "../core/saved.ts"
import { hasRules, type Candidate } from "../system/choose-backend.ts"
import { surveyBackends } from "../system/detect-backend.ts"
import { familiesHere } from "../system/families.ts"
import type { Backend } from "../system/iptables.ts"
import { observe } from "../system/router.ts"
import { tryRules, tryRuleset, wholeRuleset } from "../system/try-rules.ts"
import { changesToMend, type Look } from "./set-up.ts"

/** The packet filter for `doctor`: that none works is a finding, not a failure. */
export async function readFirewall(config: Config, { view, reading }: Look): Promise<Firewall> {
  const surveyed = await surveyBackends().catch((error: unknown) => ({ error }))
  if ("error" in surveyed) return { kind: "unreachable", why: oneLine(surveyed.error) }
  const { choice, candidates } = surveyed
  const observed = await observe(choice.backend, view, reading.snapshot)
  return {
    kind: "found",
    backend: choice.backend.name,
    reason: choice.reason,
    forwardPolicy: forwardPolicies(candidates),
    saved: rulesByBackend(candidates),
    inForce: planInForce(observed.saved),
    changes: changesToMend({ view, reading, observed }),
    trial: await tryFamilies(choice.backend, config),
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

/** The whole ruleset of each family first; only when the kernel refuses one, part by part, to name what is missing. */
async function tryFamilies(backend: Backend, config: Config): Promise<Trial> {
  const views = viewsOf(config).filter(({ family }) => familiesHere().includes(family))
  for (const view of views) {
    const whole = await tryRuleset(backend, view)
    if (whole.kind === "untried") return whole
    if (whole.kind === "refused") return { ...whole, missing: await refusedParts(backend, view) }
  }
  return { kind: "works" }
}

/** A module is for both families: IPv4's programs tell as much of it as IPv6's. */
async function refusedParts(backend: Backend, view: FamilyConfig): Promise<readonly Feature[]> {
  const sets = trialSets({ ...view, family: 4 })
  const missing: Feature[] = []
  for (const feature of featuresIn(wholeRuleset(view)))
    if ((await tryRules(backend, trialOf(feature), sets)).kind === "refused") missing.push(feature)
  return missing
}
