import type { Config, LinkConfig } from "./config.ts"
import type { Family } from "./ip-family.ts"
import { obstacle, type Facts } from "./facts.ts"
import { ourTag, type Route } from "./kernel.ts"

/** A link's default route in the words of ip-route(8), without `route replace`. */
interface WantedRoute {
  readonly table: number
  readonly device: string
  readonly gateway: string | null
}

/** A link that cannot carry anything keeps whatever route it has: the kernel takes that away when it must. */
export function missingRoutes(
  config: Config,
  facts: ReadonlyMap<string, Facts>,
  ours: readonly Route[],
): readonly WantedRoute[] {
  const wanted = config.links.flatMap(link => wantedRoute(link, facts.get(link.name)) ?? [])
  return wanted.filter(route => !ours.some(found => isSameRoute(found, route)))
}

export function staleRoutes(config: Config, ours: readonly Route[]): readonly Route[] {
  return ours.filter(route => !config.links.some(link => link.table === route.table))
}

function wantedRoute(link: LinkConfig, facts: Facts | undefined): WantedRoute | null {
  if (facts === undefined || obstacle(facts) !== null) return null
  return { table: link.table, device: link.interface, gateway: facts.pointToPoint ? null : facts.gateway }
}

/** `onlink`: a modem's gateway need not lie in the subnet that it handed out. */
export function routeText(family: Family, { table, device, gateway }: WantedRoute): string {
  const direct = family === 4 ? `dev ${device} scope link` : `dev ${device}`
  const hop = gateway === null ? direct : `via ${gateway} dev ${device} onlink`
  return `default ${hop} table ${table} ${ourTag}`
}

function isSameRoute(found: Route, wanted: WantedRoute): boolean {
  return (
    found.table === wanted.table &&
    found.destination === "default" &&
    found.device === wanted.device &&
    found.gateway === wanted.gateway
  )
}

export function deleteRoute({ destination, table, device }: Route): string {
  return `route del ${destination}${device === null ? "" : ` dev ${device}`} table ${table} ${ourTag}`
}
