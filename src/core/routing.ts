import type { LinkConfig } from "./config.ts"
import type { Facts } from "./facts.ts"
import type { FamilyConfig } from "./family.ts"
import { isOurs, mainTable, ourTag, type Route, type Rule } from "./kernel.ts"
import { deleteRoute, missingRoutes, routeText, staleRoutes } from "./wanted-routes.ts"
import { deleteRule, missingRules, staleRules } from "./wanted-rules.ts"

/**
 * Lines for `ip -batch` that bring rules and routes to what `config` wants; empty: they are so already.
 *
 * What is new comes before what is old goes, since each line takes effect by itself: a marked packet that finds no rule,
 * or no route in the rule's table, follows `main`, and when that leads to another link, masquerading drops its connection
 * (nf_nat_masquerade.c). Rules of one priority may stand beside each other, the older first. A table that one link takes
 * over from another is the exception: it has room for but one of their routes.
 */
export function routingChanges(
  config: FamilyConfig,
  facts: ReadonlyMap<string, Facts>,
  rules: readonly Rule[],
  routes: readonly Route[],
): readonly string[] {
  const [ourRules, ourRoutes] = [rules.filter(isOurs), routes.filter(isOurs)]
  return [
    ...missingRoutes(config, facts, ourRoutes).map(route => `route replace ${routeText(config.family, route)}`),
    ...missingRules(config, ourRules).map(text => `rule add ${text} ${ourTag}`),
    ...staleRules(config, ourRules).map(deleteRule),
    ...staleRoutes(config, ourRoutes).map(deleteRoute),
  ]
}

/** Lines for `ip -batch` that take away every rule and route of ours. */
export function routingRemoval(rules: readonly Rule[], routes: readonly Route[]): readonly string[] {
  return [...rules.filter(isOurs).map(deleteRule), ...routes.filter(isOurs).map(deleteRoute)]
}

/** Tables that a link is to use but that hold somebody else's default route, which `ip route replace` would overwrite. */
export function foreignTables(config: FamilyConfig, routes: readonly Route[]): readonly LinkConfig[] {
  const isForeign = (route: Route) =>
    route.destination === "default" && route.metric === NO_METRIC[config.family] && !isOurs(route)
  return config.links.filter(link => routes.some(route => route.table === link.table && isForeign(route)))
}

/** What a route has that was given none: 0, and IP6_RT_PRIO_USER (net/ip6_route.h). */
const NO_METRIC = { 4: 0, 6: 1024 } as const

/** Whether the router itself has a way out: its packets are routed before OUTPUT marks them. */
export function hasMainDefault(routes: readonly Route[]): boolean {
  return routes.some(({ table, destination }) => table === mainTable && destination === "default")
}

export const noMainDefault =
  "the main table has no default route: connections that the router itself opens fail before they are given a link"
