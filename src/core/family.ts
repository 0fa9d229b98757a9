import type { Config } from "./config.ts"
import type { Family } from "./ip-family.ts"
import { familyOf } from "./probe-spec.ts"

/** The configuration as one family sees it: `gateway`, `nat` and `probes` of each link are that family's. */
export interface FamilyConfig extends Config {
  readonly family: Family
}

/** As JSON and people name it. */
export type FamilyName = "ipv4" | "ipv6"

export function familyName(family: Family): FamilyName {
  return family === 4 ? "ipv4" : "ipv6"
}

/**
 * IPv6 is steered over links that have an IPv6 target: without one nothing would tell whether it works there. Every link
 * is one of IPv4's.
 */
export function viewOf(config: Config, family: Family): FamilyConfig {
  const links = config.links.map(link => ({
    ...link,
    ...(family === 6 && { gateway: link.gateway6, nat: link.nat6 }),
    probes: link.probes.filter(spec => familyOf(spec) === family),
  }))
  const isSteered = (link: (typeof links)[number]) => link.gateway !== "off" && link.probes.length > 0
  return { ...config, family, links: family === 4 ? links : links.filter(isSteered) }
}

/** The views in which there is something to steer, IPv4 first. */
export function viewsOf(config: Config): readonly FamilyConfig[] {
  return ([4, 6] as const).map(family => viewOf(config, family)).filter(({ links }) => links.length > 0)
}
