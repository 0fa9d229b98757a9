import type { Family } from "../core/config.ts"
import { monotonicMs } from "./clock.ts"
import type { Lab } from "./lab.ts"
import type { LabLink, Lease } from "./topology.ts"
import { advertised, advertiser, leaseCommands, modemCommands, routedCommands, uplinkCable } from "./uplink.ts"

/** The kernel began to behave so between these two times of `monotonicMs`. */
export interface FaultTime {
  readonly askedMs: number
  readonly doneMs: number
}

export async function timed(act: () => Promise<unknown>): Promise<FaultTime> {
  const askedMs = monotonicMs()
  await act()
  return { askedMs, doneMs: monotonicMs() }
}

/**
 * Replaces the raw table, which is the faults' own in providers and the internet. It is passed before connection tracking
 * and address translation, so what is under way dies too.
 */
async function drop(lab: Lab, namespace: string, rules: readonly string[], families = familiesOf(lab)): Promise<void> {
  const replace = async (family: Family) => {
    const drops = rules.map(rule => `-A PREROUTING ${rule} -j DROP`)
    const input = ["*raw", ...(family === 6 ? NEIGHBOURS : []), ...drops, "COMMIT", ""].join("\n")
    await lab.exec(namespace, `ip${family === 6 ? "6" : ""}tables-restore`, ["--table", "raw"], { input })
  }
  await Promise.all(families.map(replace))
}

function familiesOf({ family }: Lab): readonly Family[] {
  return family === 6 ? [4, 6] : [4]
}

/** What ARP is to IPv4 is ICMPv6 (RFC 4861): routers and neighbours go on being found. */
const NEIGHBOURS = [133, 134, 135, 136].map(type => `-A PREROUTING -p icmpv6 --icmpv6-type ${type} -j ACCEPT`)

/** The provider silently drops everything, both ways; carrier, neighbours and address stay. */
export function blackhole(lab: Lab, link: string): Promise<FaultTime> {
  return timed(() => drop(lab, lab.link(link).namespace, [""]))
}

/** The same in one family; the other works on. */
export function blackholeOf(lab: Lab, family: Family, link: string): Promise<FaultTime> {
  return timed(() => drop(lab, lab.link(link).namespace, [""], [family]))
}

/** The provider silently drops what the router sends; what comes from the internet still arrives. */
export function upstreamBlackhole(lab: Lab, link: string): Promise<FaultTime> {
  return timed(() => drop(lab, lab.link(link).namespace, ["-i lan"]))
}

export interface Queue {
  readonly direction: "download" | "upload"
  readonly kbitPerSecond: number
  /** What waits beyond it is dropped. */
  readonly bytes: number
}

/** The provider's line takes no more than this, and what is too much for it waits. */
export function bottleneck(lab: Lab, link: string, { direction, kbitPerSecond, bytes }: Queue): Promise<FaultTime> {
  const device = direction === "download" ? "lan" : "wan"
  const bucket = ["tbf", "rate", `${kbitPerSecond}kbit`, "burst", "32kb", "limit", String(bytes)]
  return timed(() => lab.exec(lab.link(link).namespace, "tc", ["qdisc", "replace", "dev", device, "root", ...bucket]))
}

/** The provider drops this part (0..1) of what the router sends, hence of all round trips. Replaces a blackhole. */
export function randomLoss(lab: Lab, link: string, ratio: number): Promise<FaultTime> {
  const rule = `-i lan -m statistic --mode random --probability ${ratio}`
  return timed(() => drop(lab, lab.link(link).namespace, [rule]))
}

/** Ends `blackhole`, `upstreamBlackhole` and `randomLoss`. */
export function heal(lab: Lab, link: string): Promise<FaultTime> {
  return timed(() => drop(lab, lab.link(link).namespace, []))
}

/** The modem's port goes dark: the router's interface loses its carrier and keeps its address. */
export function carrierLoss(lab: Lab, link: string): Promise<FaultTime> {
  return timed(() => lab.ip(lab.link(link).namespace, ["link set lan down"]))
}

export function carrierBack(lab: Lab, name: string): Promise<FaultTime> {
  const link = lab.link(name)
  const ipv6 = lab.family === 6 ? advertiser(link) : []
  return timed(() => lab.ip(link.namespace, ["link set lan up", ...routedCommands(link, link.lease), ...ipv6]))
}

/** These addresses stop answering anything, through every link; all others answer (again). */
export function targetDeath(lab: Lab, ...addresses: readonly string[]): Promise<FaultTime> {
  const rules = addresses.map(address => `-d ${address}`)
  return timed(() => drop(lab, "inet", rules, [4]))
}

/** Ends `targetDeath`. */
export function targetsBack(lab: Lab): Promise<FaultTime> {
  return targetDeath(lab)
}

/** The DHCP client gets another lease: old address and route go, new ones come. The modem changes with it. */
export function addressChange(lab: Lab, name: string, change: Partial<Lease>): Promise<FaultTime> {
  const link = lab.link(name)
  const lease = { ...link.lease, ...change }
  return timed(async () => {
    if (lease.gateway !== link.lease.gateway) await lab.ip(link.namespace, modemSide(lab, link, lease))
    await lab.ip("rtr", routerSide(lab, link, lease))
  })
}

/** The lease is over, or its DHCP client's script has not got to the new one yet. */
export function addressLoss(lab: Lab, name: string): Promise<FaultTime> {
  return timed(() => lab.ip("rtr", [`addr flush dev ${lab.link(name).interface}`]))
}

/** The DHCP client gets the same lease again, for another while. */
export function leaseRenewal(lab: Lab, name: string): Promise<FaultTime> {
  const { interface: device, lease } = lab.link(name)
  return timed(() => lab.ip("rtr", [`addr change ${lease.address}/24 dev ${device} valid_lft 3600 preferred_lft 3600`]))
}

/** The address stays, and the default route leads to another gateway of its subnet. */
export function gatewayChange(lab: Lab, name: string, gateway: string): Promise<FaultTime> {
  const { namespace, interface: device, lease, metric } = lab.link(name)
  const route = `default via ${gateway} dev ${device} proto dhcp src ${lease.address} metric ${metric}`
  return timed(async () => {
    await lab.ip(namespace, modemCommands(lab.link(name), { ...lease, gateway }))
    await lab.ip("rtr", [`route replace ${route}`])
  })
}

/** The interface vanishes, as a PPP interface does when its session ends. */
export function deleteInterface(lab: Lab, name: string): Promise<FaultTime> {
  return timed(() => lab.ip("rtr", [`link delete ${lab.link(name).interface}`]))
}

/**
 * The PPP session ends and the next one has other addresses: only with it does a point-to-point interface change them, and
 * only when it goes does the kernel let go of what it translated (masq_inet_event compares the far end's address).
 */
export async function newSession(lab: Lab, name: string, change: Partial<Lease>): Promise<FaultTime> {
  const { askedMs } = await deleteInterface(lab, name)
  const { doneMs } = await remakeInterface(lab, name, change)
  return { askedMs, doneMs }
}

/** It comes back under its name with another index, and the DHCP client sets it up; by default as it was. */
export function remakeInterface(lab: Lab, name: string, change: Partial<Lease> = {}): Promise<FaultTime> {
  const link = lab.link(name)
  const lease = { ...link.lease, ...change }
  return timed(async () => {
    await lab.ip("rtr", [uplinkCable(lab.prefix, link)])
    await lab.ip(link.namespace, modemSide(lab, link, lease))
    await lab.ip("rtr", routerSide(lab, link, lease))
  })
}

/** What a lease flushes of IPv6 comes back with the next advertisement. */
function routerSide({ family }: Lab, link: LabLink, lease: Lease): readonly string[] {
  return [...leaseCommands(link, lease), ...(family === 6 ? advertised(link) : [])]
}

function modemSide({ family }: Lab, link: LabLink, lease: Lease): readonly string[] {
  return [...modemCommands(link, lease), ...(family === 6 ? advertiser(link) : [])]
}
