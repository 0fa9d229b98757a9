import type { Family } from "../core/ip-family.ts"
import { monotonicMs } from "./clock.ts"
import type { Lab } from "./lab.ts"
import { advertiser, routedCommands } from "./uplink.ts"

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
