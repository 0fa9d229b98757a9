import { trialSets } from "../core/diagnose/features.ts"
import type { FamilyConfig } from "../core/family.ts"
import { planOfConfig } from "../core/plan.ts"
import { reconcile } from "../core/reconcile.ts"
import { forFamily, type Backend } from "./iptables.ts"
import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

export type RulesTried =
  | { readonly kind: "works" }
  | { readonly kind: "refused"; readonly why: string }
  /** This process may not make a network namespace. */
  | { readonly kind: "untried"; readonly why: string }

/** A family's whole ruleset, as on a router that has no rules yet. */
export function tryRuleset(backend: Backend, config: FamilyConfig): Promise<RulesTried> {
  return tryRules(forFamily(backend, config.family), wholeRuleset(config), trialSets(config))
}

export function wholeRuleset(config: FamilyConfig): string {
  return reconcile(config, planOfConfig(config), new Map()).input
}

/**
 * Loads iptables-restore(8) input for real, in a network namespace that ends with the program: the kernel judges every
 * rule, and this router's rules are not touched. `iptables-restore --test` is no substitute: nft's never asks the kernel,
 * and legacy's registers the tables that it names, which then stay. `sets`: input for ipset(8) that makes those which the
 * rules ask, as there are none in there; empty: they ask none.
 */
export async function tryRules(backend: Backend, input: string, sets = ""): Promise<RulesTried> {
  const load = [...(sets === "" ? [] : afterSets(sets)), backend.restore, "--noflush", "-w", "5"]
  const first = await attempt(["--net"], load, input)
  return first.kind === "untried" ? attempt(["--user", "--map-root-user", "--net"], load, input) : first
}

/** Runs what follows it once the sets are there. They are a positional parameter, which is never read as shell text. */
function afterSets(sets: string): readonly string[] {
  return ["sh", "-c", 'printf %s "$1" | ipset restore && shift && exec "$@"', "sh", sets]
}

async function attempt(flags: readonly string[], load: readonly string[], input: string): Promise<RulesTried> {
  try {
    await run("unshare", [...flags, "--", ...load], { input })
    return { kind: "works" }
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    const why = oneLine(error.stderr) || error.message
    return { kind: error.code !== null || why.startsWith("unshare:") ? "untried" : "refused", why }
  }
}

const saidLines = 3

/** nft's own words come on the second line: `iptables-nft-restore v1.8.9 (nf_tables): ⏎ line 3: RULE_APPEND failed …`. */
function oneLine(stderr: string): string {
  const lines = stderr.split("\n").map(line => line.trim())
  return lines.filter(Boolean).slice(0, saidLines).join(" ")
}
