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

/** Lines for `ip -batch` that bring rules and routes to what `config` wants; empty: they are so already. */
export function routingChanges(
  config: Config,
  facts: ReadonlyMap<string, Facts>,
  rules: readonly Rule[],
  routes: readonly Route[],
): readonly string[] {
  return [...routeChanges(config, facts, routes.filter(isOurs)), ...ruleChanges(config, rules.filter(isOurs))]
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

function ruleChanges(config: Config, ours: readonly Rule[]): readonly string[] {
  const wanted = wantedRules(config)
  const texts = wanted.map(rule => rule.text)
  const isFirst = (rule: Rule, i: number) => ours.findIndex(other => ruleText(other) === ruleText(rule)) === i
  const stale = ours.filter((rule, i) => !texts.includes(ruleText(rule)) || !isFirst(rule, i))
  const missing = wanted.filter(rule => !ours.some(found => ruleText(found) === rule.text))
  return [...stale.map(deleteRule), ...missing.map(rule => `rule add ${rule.text} ${TAG}`)]
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
  const mark = rule.mark === null ? "" : ` fwmark ${hex(rule.mark)}/${hex(rule.mask ?? 0xffffffff)}`
  const table = rule.table === null ? "" : ` lookup ${rule.table}`
  const suppress = rule.suppressPrefixLength === null ? "" : ` suppress_prefixlength ${rule.suppressPrefixLength}`
  return [`pref ${rule.priority}${mark}${table}${suppress}`, ...rule.others.map(named)].join(" ")
}

/** `unreachable` is the only action that a rule of ours ever has. */
function named(condition: string): string {
  return condition === "action" ? "unreachable" : condition
}

function deleteRule(rule: Rule): string {
  return `rule del pref ${rule.priority} ${TAG}`
}

/** A link that cannot carry anything keeps whatever route it has: the kernel takes that away when it must. */
function routeChanges(config: Config, facts: ReadonlyMap<string, Facts>, ours: readonly Route[]): readonly string[] {
  const wanted = config.links.flatMap(link => wantedRoute(link, facts.get(link.name)) ?? [])
  const missing = wanted.filter(route => !ours.some(found => isSameRoute(found, route)))
  const stale = ours.filter(route => !config.links.some(link => link.table === route.table))
  return [...missing.map(route => `route replace ${routeText(route)}`), ...stale.map(deleteRoute)]
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
