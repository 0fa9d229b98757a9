import type { LinkStatus } from "../core/status-shape.ts"

/** The links of IPv6, each with what is IPv6's in the place of what is IPv4's. */
export function inIpv6(links: readonly LinkStatus[]): readonly LinkStatus[] {
  return links.flatMap(link => (link.ipv6 === null ? [] : [{ ...link, ...link.ipv6, ipv6: null }]))
}
