import { monotonicMs } from "./clock.ts"
import type { Lab } from "./lab.ts"
import type { Lease } from "./topology.ts"
import { leaseCommands, modemCommands, routedCommands, uplinkCable } from "./uplink.ts"

/** The kernel began to behave so between these two times of `monotonicMs`. */
export interface FaultTime {
  readonly askedMs: number
  readonly doneMs: number
}

async function timed(act: () => Promise<unknown>): Promise<FaultTime> {
  const askedMs = monotonicMs()
  await act()
  return { askedMs, doneMs: monotonicMs() }
}

/**
 * Replaces the raw table, which is the faults' own in providers and the internet. It is passed before connection tracking
 * and address translation, so what is under way dies too.
 */
async function drop(lab: Lab, namespace: string, rules: readonly string[]): Promise<void> {
  const input = ["*raw", ...rules.map(rule => `-A PREROUTING ${rule} -j DROP`), "COMMIT", ""].join("\n")
  await lab.exec(namespace, "iptables-restore", ["--table", "raw"], { input })
}

/** The provider silently drops everything, both ways; carrier, ARP and address stay. */
export function blackhole(lab: Lab, link: string): Promise<FaultTime> {
  return timed(() => drop(lab, lab.link(link).namespace, [""]))
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

export function carrierBack(lab: Lab, link: string): Promise<FaultTime> {
  const modem = lab.link(link)
  return timed(() => lab.ip(modem.namespace, ["link set lan up", ...routedCommands(modem, modem.lease)]))
}

/** These addresses stop answering anything, through every link; all others answer (again). */
export function targetDeath(lab: Lab, ...addresses: readonly string[]): Promise<FaultTime> {
  const rules = addresses.map(address => `-d ${address}`)
  return timed(() => drop(lab, "inet", rules))
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
    await lab.ip(link.namespace, modemCommands(link, lease))
    await lab.ip("rtr", leaseCommands(link, lease))
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
    await lab.ip(link.namespace, modemCommands(link, lease))
    await lab.ip("rtr", leaseCommands(link, lease))
  })
}
