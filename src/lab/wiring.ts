import { crowd, crowd6, lan6, type LabLink, type Lan, type Topology } from "./topology.ts"
import { advertised, advertiser, cable, leaseCommands, modemCommands, uplinkCable } from "./uplink.ts"

/** What is to be done in one namespace once its interfaces exist: input of `ip -batch`, `sysctl -w`, `iptables-restore`. */
export interface Wiring {
  readonly namespace: string
  readonly ip: readonly string[]
  /** The same for IPv6, where the lab has it. */
  readonly ip6: readonly string[]
  readonly sysctl: readonly string[]
  readonly iptables: readonly string[]
}

/** All namespaces and cables: input of one `ip -batch`. */
export function skeleton(prefix: string, { links, lans }: Topology): readonly string[] {
  return [
    ...["lan", "rtr", "inet", ...links.map(link => link.namespace)].map(name => `netns add ${prefix}-${name}`),
    ...links.map(link => uplinkCable(prefix, link)),
    ...links.map(link => cable(prefix, [link.namespace, "wan"], ["inet", link.namespace])),
    ...lans.map((lan, index) => cable(prefix, ["rtr", lan.interface], ["lan", `eth${index}`])),
  ]
}

/** A new namespace copies some settings of the host's, so each that matters is set. */
function settings(interfaces: readonly string[], forward: 0 | 1, rpFilter = 0): readonly string[] {
  const filtered = ["default", ...interfaces].map(name => `net/ipv4/conf/${name}/rp_filter=${rpFilter}`)
  // Duplicate address detection adds IPv6 routes a second after an interface is up: whoever compares tables would see them come.
  const settled = ["all", "default", ...interfaces].map(name => `net/ipv6/conf/${name}/accept_dad=0`)
  const forwarding = [`net/ipv4/ip_forward=${forward}`, `net/ipv6/conf/all/forwarding=${forward}`]
  return [...forwarding, "net/ipv4/conf/all/rp_filter=0", ...filtered, ...settled]
}

/** A host in every LAN; which of its addresses a connection is from decides the LAN that it goes through. */
function clientHost({ lans }: Topology): Wiring {
  return {
    namespace: "lan",
    ip: ["link set lo up", ...lans.flatMap(clientInterface)],
    ip6: [
      `addr add ${lan6.client}/64 dev eth0`,
      ...(lans[0]?.clientAddresses ?? []).slice(1).map(further6),
      `route add default via ${lan6.router}`,
    ],
    sysctl: settings(
      lans.map((_, index) => `eth${index}`),
      0,
    ),
    iptables: [],
  }
}

/** Deprecated, so that the kernel takes none of them by itself (RFC 6724, rule 3). */
function further6(address: string): string {
  return `addr add ${lan6.clientLike(address)}/64 dev eth0 preferred_lft 0`
}

function clientInterface({ routerAddress, clientAddresses }: Lan, index: number): readonly string[] {
  const [device, table] = [`eth${index}`, index === 0 ? "main" : String(index)]
  return [
    `link set ${device} up`,
    ...clientAddresses.map(address => `addr add ${address}/24 dev ${device}`),
    `route add default via ${routerAddress} table ${table}`,
    ...(index === 0 ? [] : clientAddresses.map(address => `rule add from ${address} lookup ${table}`)),
  ]
}

function router({ links, lans, rpFilter }: Topology): Wiring {
  return {
    namespace: "rtr",
    ip: [
      "link set lo up",
      ...lans.flatMap(lan => [`link set ${lan.interface} up`, `addr add ${lan.routerAddress}/24 dev ${lan.interface}`]),
      ...links.flatMap(link => leaseCommands(link, link.lease)),
    ],
    ip6: lans
      .slice(0, 1)
      .flatMap(lan => [`addr add ${lan6.router}/64 dev ${lan.interface}`, ...links.flatMap(link => advertised(link))]),
    sysctl: settings(
      [...lans, ...links].map(side => side.interface),
      1,
      rpFilter,
    ),
    iptables: [],
  }
}

/** A modem with its provider behind it: the address translation here lets servers tell which link a flow used. */
function provider(link: LabLink): Wiring {
  return {
    namespace: link.namespace,
    ip: [
      "link set lo up",
      ...modemCommands(link, link.lease),
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
      ...links.flatMap(({ namespace, carrierAddress }) => [
        `link set ${namespace} up`,
        `addr add ${carrierAddress}/24 dev ${namespace}`,
      ]),
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
      links.map(link => link.namespace),
      0,
    ),
    iptables: [],
  }
}

export function wirings(plan: Topology): readonly Wiring[] {
  return [clientHost(plan), router(plan), ...plan.links.map(provider), internet(plan)]
}
