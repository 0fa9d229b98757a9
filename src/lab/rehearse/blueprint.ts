import { addressesOf } from "../answers.ts"
import { labProbes } from "./copy.ts"
import type { Config, LinkConfig } from "../../core/config.ts"
import type { Lan, LabSpec, Lease, LinkSpec } from "../topology.ts"

/** Each opens connections from an address of its own, and they share the LANs out among themselves. */
export const USERS = 10

/** A lab with this configuration's links, LANs and targets. What the configuration does not say is made up. */
export function blueprint(config: Config): LabSpec {
  const lans = lansOf(config)
  return {
    links: config.links.map((link, index) => linkSpec(link, index + 1, lans)),
    targets: addressesOf(labProbes(config)),
    lans,
  }
}

/** Users' addresses, LAN by LAN in turn; empty: there is no LAN, and the router is the user. */
export function userAddresses(config: Config): readonly string[] {
  const byLan = lansOf(config).map(lan => lan.clientAddresses)
  return Array.from({ length: byLan.length === 0 ? 0 : USERS }, (_, user) => {
    return byLan[user % byLan.length]?.[Math.floor(user / byLan.length)] ?? []
  }).flat()
}

/** 198.19.0.0/16 is reserved for labs (RFC 2544), so no target or gateway is in it; a LAN without users would be idle. */
function lansOf({ lan }: Config): readonly Lan[] {
  const shared = lan.slice(0, USERS)
  return shared.map((device, index) => {
    const users = Math.ceil((USERS - index) / shared.length)
    const clientAddresses = Array.from({ length: users }, (_, user) => `198.19.${index}.${50 + user}`)
    return { interface: device, routerAddress: `198.19.${index}.1`, clientAddresses }
  })
}

function linkSpec(link: LinkConfig, number: number, lans: readonly Lan[]): LinkSpec {
  const lease = leaseOf(link) ?? { address: `192.168.${number}.2`, gateway: `192.168.${number}.1` }
  return {
    name: link.name,
    interface: link.interface,
    // A link's name may be longer than an interface's can be, or that of another namespace.
    namespace: `uplink${number}`,
    lease,
    pointToPoint: link.gateway === "none",
    routed: routedTo(link, lease, lans),
  }
}

/** As far as the configuration tells it. */
function leaseOf({ gateway, nat }: LinkConfig): Lease | null {
  const own = fixedSource(nat)
  if (gateway !== "auto" && gateway !== "none")
    return { gateway, address: own !== null && networkOf(own) === networkOf(gateway) ? own : neighbourOf(gateway) }
  return own === null ? null : { address: own, gateway: neighbourOf(own) }
}

/** What leaves the router untranslated, or under an address that is not its own, finds back. */
function routedTo({ nat }: LinkConfig, lease: Lease, lans: readonly Lan[]): readonly string[] {
  if (nat === "none") return lans.map(lan => `${networkOf(lan.routerAddress)}.0/24`)
  const own = fixedSource(nat)
  return own !== null && own !== lease.address ? [`${own}/32`] : []
}

function fixedSource(nat: LinkConfig["nat"]): string | null {
  return typeof nat === "object" && "snat" in nat ? nat.snat : null
}

/**
 * What the DHCP client gets next: another address from another gateway; where the gateway is fixed, another address
 * there. `number` counts the links from 1.
 */
export function nextLease({ gateway }: LinkConfig, number: number): Lease {
  if (gateway === "auto" || gateway === "none") return { address: `172.30.${number}.77`, gateway: `172.30.${number}.1` }
  return { address: neighbourOf(gateway, 77), gateway }
}

/** First three numbers: every network of a lab is a /24. */
function networkOf(address: string): string {
  return address.slice(0, address.lastIndexOf("."))
}

function neighbourOf(address: string, host = 1): string {
  const wanted = `${networkOf(address)}.${host}`
  return wanted === address ? `${networkOf(address)}.${host + 1}` : wanted
}
