import type { Config } from "./config.ts"
import { hex } from "./hex.ts"
import { mainTable, ourTag, type Rule } from "./kernel.ts"
import { mayRefuse, unreachableMark } from "./plan.ts"

/**
 * Before the kernel's `main` at 32766, and far enough behind 0 for others to go first, as Tailscale's do (5210 to 5270).
 * A rule with no priority of its own, as wg-quick's, lands before all but the first one that is there
 * (fib_default_rule_pref): behind ours when it came first, where marked flows never reach it; else before ours.
 */
export const FIRST_PRIORITY = 10_000

/** Lines without `rule add`, of those that are not there yet. */
export function missingRules(config: Config, ours: readonly Rule[]): readonly string[] {
  const texts = ours.map(ruleText)
  return wantedRules(config).filter(text => !texts.includes(text))
}

/** Those that are wanted no more, or are there twice. */
export function staleRules(config: Config, ours: readonly Rule[]): readonly Rule[] {
  const wanted = wantedRules(config)
  const texts = ours.map(ruleText)
  return ours.filter((rule, i) => !wanted.includes(ruleText(rule)) || texts.indexOf(ruleText(rule)) !== i)
}

/** LAN, VPN and every other specific route of `main` win over the marks; its default route does not (ip-rule(8)). */
function wantedRules(config: Config): readonly string[] {
  const mask = hex(config.markMask)
  const actions = [
    `lookup ${mainTable} suppress_prefixlength 0`,
    ...config.links.map(link => `fwmark ${hex(link.mark)}/${mask} lookup ${link.table}`),
    ...(mayRefuse(config) ? [`fwmark ${hex(unreachableMark(config))}/${mask} unreachable`] : []),
  ]
  return actions.map((action, i) => `pref ${FIRST_PRIORITY + i} ${action}`)
}

function ruleText(rule: Rule): string {
  return [selector(rule), ...rule.others.map(named)].join(" ")
}

/** All of a rule but what is known of it by name only. */
function selector(rule: Rule): string {
  const mark = rule.mark === null ? "" : ` fwmark ${hex(rule.mark)}/${hex(rule.mask ?? 0xffffffff)}`
  const table = rule.table === null ? "" : ` lookup ${rule.table}`
  const suppress = rule.suppressPrefixLength === null ? "" : ` suppress_prefixlength ${rule.suppressPrefixLength}`
  return `pref ${rule.priority}${mark}${table}${suppress}`
}

/** `unreachable` is the only action that a rule of ours ever has. */
function named(condition: string): string {
  return condition === "action" ? "unreachable" : condition
}

/**
 * The kernel deletes the first rule that agrees in all that is named (fib_nl_delrule): the priority alone would not tell
 * it from the one that takes its place.
 */
export function deleteRule(rule: Rule): string {
  return `rule del ${selector(rule)} ${ourTag}`
}
