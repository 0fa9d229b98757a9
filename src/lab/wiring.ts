import {
  crowd,
  crowd6,
  lan6,
  lanInterface,
  routerLanAddress,
  type LabLink,
  type Lease,
  type Topology,
} from "./topology.ts"

/** What is to be done in one namespace once its interfaces exist: input of `ip -batch`, `sysctl -w`, `iptables-restore`. */
export interface Wiring {
  readonly namespace: string
  readonly ip: readonly string[]
  /** The same for IPv6, where the lab has it. */
  readonly ip6: readonly string[]
  readonly sysctl: readonly string[]
  readonly iptables: readonly string[]
}

/** `ip` commands for a pair of connected interfaces, each in its namespace. */
function cable(prefix: string, [ns, name]: readonly [string, string], [peerNs, peer]: readonly [string, string]) {
  return `link add ${name} netns ${prefix}-${ns} type veth peer name ${peer} netns ${prefix}-${peerNs}`
}

/** The cable between the router and a link's modem. */
export function uplinkCable(prefix: string, link: LabLink): string {
  return cable(prefix, ["rtr", link.interface], [link.namespace, "lan"])
}

/** All namespaces and cables: input of one `ip -batch`. */
export function skeleton(prefix: string, { links }: Topology): readonly string[] {
  return [
    ...["lan", "rtr", "inet", ...links.map(link => link.namespace)].map(name => `netns add ${prefix}-${name}`),
    ...links.map(link => uplinkCable(prefix, link)),
    ...links.map(link => cable(prefix, [link.namespace, "wan"], ["inet", link.name])),
    cable(prefix, ["rtr", lanInterface], ["lan", "eth0"]),
  ]
}

/** What a DHCP client does with a new lease (dhclient-script(8)): address, then default route. */
export function leaseCommands(link: LabLink, { address, gateway }: Lease): readonly string[] {
  const device = link.interface
  return [
    `link set ${device} up`,
    `addr flush dev ${device} scope global`,
    `addr add ${address}/24 dev ${device}`,
    `route add default via ${gateway} dev ${device} proto dhcp src ${address} metric ${link.metric}`,
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
export function modemCommands({ gateway }: Lease): readonly string[] {
  return ["link set lan up", "addr flush dev lan scope global", `addr add ${gateway}/24 dev lan`]
}

/** A new namespace copies some settings of the host's, so each that matters is set. */
function settings(interfaces: readonly string[], forward: 0 | 1, rpFilter = 0): readonly string[] {
  const filtered = ["default", ...interfaces].map(name => `net/ipv4/conf/${name}/rp_filter=${rpFilter}`)
  // Duplicate address detection adds IPv6 routes a second after an interface is up: whoever compares tables would see them come.
  const settled = ["all", "default", ...interfaces].map(name => `net/ipv6/conf/${name}/accept_dad=0`)
  const forwarding = [`net/ipv4/ip_forward=${forward}`, `net/ipv6/conf/all/forwarding=${forward}`]
  return [...forwarding, "net/ipv4/conf/all/rp_filter=0", ...filtered, ...settled]
}

function clientHost({ clientAddresses }: Topology): Wiring {
  return {
    namespace: "lan",
    ip: [
      "link set lo up",
      "link set eth0 up",
      ...clientAddresses.map(address => `addr add ${address}/24 dev eth0`),
      `route add default via ${routerLanAddress}`,
    ],
    ip6: [`addr add ${lan6.client}/64 dev eth0`, `route add default via ${lan6.router}`],
    sysctl: settings(["eth0"], 0),
    iptables: [],
  }
}

function router({ links, rpFilter }: Topology): Wiring {
  return {
    namespace: "rtr",
    ip: [
      "link set lo up",
      `link set ${lanInterface} up`,
      `addr add ${routerLanAddress}/24 dev ${lanInterface}`,
      ...links.flatMap(link => leaseCommands(link, link.lease)),
    ],
    ip6: [`addr add ${lan6.router}/64 dev ${lanInterface}`, ...links.flatMap(link => advertised(link))],
    sysctl: settings([lanInterface, ...links.map(link => link.interface)], 1, rpFilter),
    iptables: [],
  }
}

/** A modem with its provider behind it: the address translation here lets servers tell which link a flow used. */
function provider(link: LabLink): Wiring {
  return {
    namespace: link.namespace,
    ip: [
      "link set lo up",
      ...modemCommands(link.lease),
      "link set wan up",
      `addr add ${link.publicAddress}/24 dev wan`,
      `route add default via ${link.carrierAddress}`,
    ],
    ip6: [
      ...advertiser(link),
      `addr add ${link.line6.provider}/64 dev wan`,
      `route add default via ${link.line6.internet}`,
    ],
    sysctl: settings(["lan", "wan"], 1),
    iptables: ["*nat", "-A POSTROUTING -o wan -j MASQUERADE", "COMMIT"],
  }
}

function internet({ links, targets, targets6 }: Topology): Wiring {
  return {
    namespace: "inet",
    ip: [
      "link set lo up",
      ...targets.map(address => `addr add ${address}/32 dev lo`),
      `route add local ${crowd} dev lo`,
      ...links.flatMap(link => [`link set ${link.name} up`, `addr add ${link.carrierAddress}/24 dev ${link.name}`]),
    ],
    ip6: [
      ...targets6.map(address => `addr add ${address}/128 dev lo`),
      `route add local ${crowd6} dev lo`,
      ...links.flatMap(({ name, line6, network6 }) => [
        `addr add ${line6.internet}/64 dev ${name}`,
        `route add ${network6} via ${line6.provider}`,
      ]),
    ],
    sysctl: settings(
      links.map(link => link.name),
      0,
    ),
    iptables: [],
  }
}

export function wirings(plan: Topology): readonly Wiring[] {
  return [clientHost(plan), router(plan), ...plan.links.map(provider), internet(plan)]
}
