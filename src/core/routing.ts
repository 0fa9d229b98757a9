import type { Config, LinkConfig } from "./config.ts"
import { obstacle, type Facts } from "./facts.ts"
import { hex } from "./hex.ts"
import { mainTable, ourProtocol, type Route, type Rule } from "./kernel.ts"
import { unreachableMark } from "./plan.ts"

/**
 * Before the kernel's `main` at 32766, and far enough behind 0 for others to go first, as Tailscale's do (5210 to 5270).
 * A rule with no priority of its own, as wg-quick's, lands before all but the first one that is there
 * (fib_default_rule_pref): behind ours when it came first, where marked flows never reach it; else before ours.
 */
export const FIRST_PRIORITY = 10_000

const TAG = `protocol ${ourProtocol}`

/** A policy rule in the words of ip-rule(8), without `rule add`. */
interface WantedRule {
  readonly priority: number
  readonly text: string
}

/** A link's default route in the words of ip-route(8), without `route replace`. */
interface WantedRoute {
  readonly table: number
  readonly device: string
  readonly gateway: string | null
}

/**
 * Lines for `ip -batch` that bring rules and routes to what `config` wants; empty: they are so already.
 *
 * What is new comes before what is old goes, since each line takes effect by itself: a marked packet that finds no rule,
 * or no route in the rule's table, follows `main`, and when that leads to another link, masquerading drops its connection
 * (nf_nat_masquerade.c). Rules of one priority may stand beside each other, the older first. A table that one link takes
 * over from another is the exception: it has room for but one of their routes.
 */
export function routingChanges(
  config: Config,
  facts: ReadonlyMap<string, Facts>,
  rules: readonly Rule[],
  routes: readonly Route[],
): readonly string[] {
  const [ourRules, ourRoutes] = [rules.filter(isOurs), routes.filter(isOurs)]
  return [
    ...missingRoutes(config, facts, ourRoutes).map(route => `route replace ${routeText(route)}`),
    ...missingRules(config, ourRules).map(({ text }) => `rule add ${text} ${TAG}`),
    ...staleRules(config, ourRules).map(deleteRule),
    ...staleRoutes(config, ourRoutes).map(deleteRoute),
  ]
}

/** Lines for `ip -batch` that take away every rule and route of ours. */
export function routingRemoval(rules: readonly Rule[], routes: readonly Route[]): readonly string[] {
  return [...rules.filter(isOurs).map(deleteRule), ...routes.filter(isOurs).map(deleteRoute)]
}

/** Tables that a link is to use but that hold somebody else's default route, which `ip route replace` would overwrite. */
export function foreignTables(config: Config, routes: readonly Route[]): readonly LinkConfig[] {
  const isForeign = (route: Route) => route.destination === "default" && route.metric === 0 && !isOurs(route)
  return config.links.filter(link => routes.some(route => route.table === link.table && isForeign(route)))
}

/** Whether the router itself has a way out: its packets are routed before OUTPUT marks them. */
export function hasMainDefault(routes: readonly Route[]): boolean {
  return routes.some(({ table, destination }) => table === mainTable && destination === "default")
}

export const noMainDefault =
  "the main table has no default route: connections that the router itself opens fail before they are given a link"

function missingRules(config: Config, ours: readonly Rule[]): readonly WantedRule[] {
  const texts = ours.map(ruleText)
  return wantedRules(config).filter(rule => !texts.includes(rule.text))
}

/** Those that are wanted no more, or are there twice. */
function staleRules(config: Config, ours: readonly Rule[]): readonly Rule[] {
  const wanted = wantedRules(config).map(rule => rule.text)
  const texts = ours.map(ruleText)
  return ours.filter((rule, i) => !wanted.includes(ruleText(rule)) || texts.indexOf(ruleText(rule)) !== i)
}

/** LAN, VPN and every other specific route of `main` win over the marks; its default route does not (ip-rule(8)). */
function wantedRules(config: Config): readonly WantedRule[] {
  const mask = hex(config.markMask)
  const actions = [
    `lookup ${mainTable} suppress_prefixlength 0`,
    ...config.links.map(link => `fwmark ${hex(link.mark)}/${mask} lookup ${link.table}`),
    ...(config.allDown === "unreachable" ? [`fwmark ${hex(unreachableMark(config))}/${mask} unreachable`] : []),
  ]
  return actions.map((action, i) => {
    const priority = FIRST_PRIORITY + i
    return { priority, text: `pref ${priority} ${action}` }
  })
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
function deleteRule(rule: Rule): string {
  return `rule del ${selector(rule)} ${TAG}`
}

/** A link that cannot carry anything keeps whatever route it has: the kernel takes that away when it must. */
function missingRoutes(
  config: Config,
  facts: ReadonlyMap<string, Facts>,
  ours: readonly Route[],
): readonly WantedRoute[] {
  const wanted = config.links.flatMap(link => wantedRoute(link, facts.get(link.name)) ?? [])
  return wanted.filter(route => !ours.some(found => isSameRoute(found, route)))
}

function staleRoutes(config: Config, ours: readonly Route[]): readonly Route[] {
  return ours.filter(route => !config.links.some(link => link.table === route.table))
}

function wantedRoute(link: LinkConfig, facts: Facts | undefined): WantedRoute | null {
  if (facts === undefined || obstacle(facts) !== null) return null
  return { table: link.table, device: link.interface, gateway: facts.pointToPoint ? null : facts.gateway }
}

/** `onlink`: a modem's gateway need not lie in the subnet that it handed out. */
function routeText({ table, device, gateway }: WantedRoute): string {
  const hop = gateway === null ? `dev ${device} scope link` : `via ${gateway} dev ${device} onlink`
  return `default ${hop} table ${table} ${TAG}`
}

function isSameRoute(found: Route, wanted: WantedRoute): boolean {
  return (
    found.table === wanted.table &&
    found.destination === "default" &&
    found.device === wanted.device &&
    found.gateway === wanted.gateway
  )
}

function deleteRoute({ destination, table, device }: Route): string {
  return `route del ${destination}${device === null ? "" : ` dev ${device}`} table ${table} ${TAG}`
}

function isOurs({ protocol }: { readonly protocol: number }): boolean {
  return protocol === ourProtocol
}
