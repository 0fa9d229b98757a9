import type { LabLink, Lease } from "./topology.ts"

/** `ip` command for a pair of connected interfaces, each in its namespace. */
export function cable(
  prefix: string,
  [ns, name]: readonly [string, string],
  [peerNs, peer]: readonly [string, string],
  options = "",
): string {
  return `link add name ${name}${options} netns ${prefix}-${ns} type veth peer name ${peer}${options} netns ${prefix}-${peerNs}`
}

/**
 * The cable between the router and a link's modem. Without ARP the kernel sends to an interface's own hardware address
 * (arp_constructor in net/ipv4/arp.c), so the two ends of a point-to-point link have the same.
 */
export function uplinkCable(prefix: string, link: LabLink): string {
  const options = link.pointToPoint ? " address 02:00:00:00:00:01" : ""
  return cable(prefix, ["rtr", link.interface], [link.namespace, "lan"], options)
}

/** What a DHCP client does with a new lease (dhclient-script(8)), or pppd with a new session: address, then default route. */
export function leaseCommands(link: LabLink, { address, gateway }: Lease): readonly string[] {
  const device = link.interface
  const hop = link.pointToPoint ? `dev ${device} proto static` : `via ${gateway} dev ${device} proto dhcp`
  return [
    ...addressCommands(link, device, address, gateway),
    `route add default ${hop} src ${address} metric ${link.metric}`,
  ]
}

/** What the kernel does with a router advertisement (RFC 4861): address, then default route by the link-local gateway. */
export function advertised(link: LabLink, { address, gateway }: Lease = link.lease6): readonly string[] {
  const device = link.interface
  return [
    `addr add ${address}/64 dev ${device}`,
    `route add default via ${gateway} dev ${device} proto ra metric ${1024 + link.metric}`,
  ]
}

/** The modem's side of an advertisement. The kernel forgets IPv6 addresses with each carrier (addrconf_ifdown). */
export function advertiser(link: LabLink): readonly string[] {
  const { address, gateway } = link.lease6
  return [
    "link set lan up",
    `addr replace ${gateway}/64 dev lan`,
    `route replace ${address.replace("::2", "::/64")} dev lan`,
    `route replace ${link.delegated6} via ${address} dev lan`,
  ]
}

/** The modem's side of a lease. */
export function modemCommands(link: LabLink, lease: Lease): readonly string[] {
  return [...addressCommands(link, "lan", lease.gateway, lease.address), ...routedCommands(link, lease)]
}

function addressCommands({ pointToPoint }: LabLink, device: string, own: string, peer: string): readonly string[] {
  const address = pointToPoint ? `${own} peer ${peer}` : `${own}/24`
  return [
    `link set ${device} up arp ${pointToPoint ? "off" : "on"}`,
    `addr flush dev ${device} scope global`,
    `addr add ${address} dev ${device}`,
  ]
}

/** The modem forgets them whenever its port goes dark. */
export function routedCommands(link: LabLink, { address }: Lease): readonly string[] {
  return link.routed.map(prefix => `route replace ${prefix} via ${address} dev lan`)
}
