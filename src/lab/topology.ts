import type { Family } from "../core/ip-family.ts"

/** What a lab is to look like; everything but the links' names has a default. */
export interface LabSpec {
  readonly links: readonly LinkSpec[]
  /** Every modem hands out the same subnet, address and gateway, as two boxes of one provider do. */
  readonly identicalModems?: boolean
  /** IPv4 addresses that exist on the internet. */
  readonly targets?: readonly string[]
  /** `net.ipv4.conf.*.rp_filter` of the router: 0 off, 1 strict, 2 loose. */
  readonly rpFilter?: 0 | 1 | 2
  /** Addresses of the client host, within 10.0.0.0/24; the first is the one it uses by itself. `lan6` tells IPv6's. */
  readonly clientAddresses?: readonly string[]
  /** What users speak. 6: everything has IPv6 beside IPv4. */
  readonly family?: Family
  /** In place of the one LAN that there is by default. */
  readonly lans?: readonly Lan[]
}

/** A LAN of the router, with the client host in it. */
export interface Lan {
  /** On the router. */
  readonly interface: string
  /** The prefix is always /24. */
  readonly routerAddress: string
  readonly clientAddresses: readonly string[]
}

export interface LinkSpec {
  readonly name: string
  /** Short name of the provider's namespace; default: the link's own. */
  readonly namespace?: string
  /** On the router; default eth0, eth1, … */
  readonly interface?: string
  /** First three numbers of the modem's /24; default 192.168.1, 192.168.2, … */
  readonly subnet?: string
  /** In place of the modem's first two addresses. */
  readonly lease?: Lease
  /** Two addresses and no subnet, nobody asked by ARP: as a PPP session. */
  readonly pointToPoint?: boolean
  /** What the provider sends to the router beside the lease's own address. */
  readonly routed?: readonly string[]
}

/** What the router's DHCP client got from a modem. The prefix is /24, but for a point-to-point link. */
export interface Lease {
  readonly address: string
  readonly gateway: string
}

export interface LabLink {
  readonly name: string
  /** On the router. */
  readonly interface: string
  /** Short name of the provider's namespace. */
  readonly namespace: string
  readonly lease: Lease
  readonly pointToPoint: boolean
  readonly routed: readonly string[]
  /** Of the default route that the DHCP client makes: 100, 200, … */
  readonly metric: number
  /** What the modem advertises; its own prefix, and everybody's link-local gateway. The length is always 64. */
  readonly lease6: Lease
  /** Also the customer's, routed to the router's address (RFC 8415): within `network6`. */
  readonly delegated6: string
  /** Everything of this customer of the provider's. */
  readonly network6: string
  /** Source address of this link's IPv4 flows as servers see it. */
  readonly publicAddress: string
  /** The internet's end of the provider's line. */
  readonly carrierAddress: string
  /** The same line in IPv6, both ends of its /64. */
  readonly line6: { readonly provider: string; readonly internet: string }
}

/** A lab as plain data: names and addresses, nothing running. */
export interface Topology {
  readonly links: readonly LabLink[]
  readonly targets: readonly string[]
  readonly rpFilter: 0 | 1 | 2
  readonly lans: readonly Lan[]
  readonly family: Family
  /** What users' programs connect to by themselves. */
  readonly server: string
  /** IPv6 addresses that exist on the internet. */
  readonly targets6: readonly string[]
}

/** Interface of the router towards the client host. */
export const lanInterface = "lan0"
/** Unique local addresses (RFC 4193), as a network has that is to outlive its provider. */
export const lan6 = {
  router: "fd00:10::1",
  client: "fd00:10::50",
  /** The client host's address beside this one of its IPv4 ones: the same last number, read as hexadecimal. */
  clientLike: (address: string) => `fd00:10::${address.split(".").at(-1) ?? ""}`,
} as const

/** Every address here (RFC 6598) is a host of the internet that takes anything, so that flows can differ by it. */
export const crowd = "100.64.0.0/10"
export const crowd6 = "2001:db8:c::/48"

export function topology(spec: LabSpec): Topology {
  const subnetOf = (link: LinkSpec, number: number) =>
    spec.identicalModems ? "192.168.1" : (link.subnet ?? `192.168.${number}`)
  const { family = 4, targets = ["1.1.1.1", "8.8.8.8", "9.9.9.9"] } = spec
  const targets6 = ["2606:4700:4700::1111", "2001:4860:4860::8888", "2620:fe::9"]
  return {
    links: spec.links.map((link, index) => labLink(link, index + 1, subnetOf(link, index + 1))),
    targets,
    targets6,
    rpFilter: spec.rpFilter ?? 0,
    lans: spec.lans ?? [onlyLan(spec.clientAddresses ?? ["10.0.0.50"])],
    family,
    server: (family === 4 ? targets : targets6)[0] ?? "",
  }
}

function onlyLan(clientAddresses: readonly string[]): Lan {
  return { interface: lanInterface, routerAddress: "10.0.0.1", clientAddresses }
}

/** 198.18.0.0/15 is reserved for labs (RFC 2544). */
function labLink(spec: LinkSpec, number: number, subnet: string): LabLink {
  return {
    name: spec.name,
    interface: spec.interface ?? `eth${number - 1}`,
    namespace: spec.namespace ?? spec.name,
    lease: spec.lease ?? { address: `${subnet}.2`, gateway: `${subnet}.1` },
    pointToPoint: spec.pointToPoint ?? false,
    routed: spec.routed ?? [],
    metric: 100 * number,
    lease6: { address: `2001:db8:${number}::2`, gateway: "fe80::1" },
    delegated6: `2001:db8:${number}:100::/56`,
    network6: `2001:db8:${number}::/48`,
    publicAddress: `198.18.${number}.2`,
    carrierAddress: `198.18.${number}.1`,
    line6: { provider: `2001:db8:ff${number}::2`, internet: `2001:db8:ff${number}::1` },
  }
}
