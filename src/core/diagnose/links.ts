import type { LinkConfig } from "../config.ts"
import { hostOf } from "../probe-spec.ts"
import { obstacle, type Facts, type Obstacle } from "../facts.ts"
import type { AgentSeen, Checkup, CheckupIpv6, Neighbour } from "./checkup.ts"
import { note, ok, problem, warning, type Finding } from "./finding.ts"

/** Each link: its interface, its way out, and what it is judged by. */
export function diagnoseLinks(checkup: Checkup): readonly Finding[] {
  const links = checkup.config.links.flatMap(link => diagnoseLink(link, checkup))
  return [...links, ...missingLans(checkup), ...sharedTargets(checkup.config.links)]
}

function diagnoseLink(link: LinkConfig, { facts, neighbours, agent, ipv6 }: Checkup): readonly Finding[] {
  const known = facts.get(link.name)
  if (known === undefined) return []
  const stuck = obstacle(known)
  if (stuck !== null) return [obstructed(link, stuck), ...fewTargets(link)]
  return [
    reachable(link, known, neighbours),
    ...reachable6(link, ipv6),
    ...judgedDown(link, agent),
    ...fewTargets(link),
  ]
}

/** All that this router can see is well, and yet nothing comes back: the provider, or what lies behind it. */
function judgedDown({ name }: LinkConfig, agent: AgentSeen): readonly Finding[] {
  const seen = agent.kind === "running" ? agent.links.find(link => link.name === name) : undefined
  if (seen?.state !== "down") return []
  return [problem(name, `the agent holds it for down: ${seen.reason}`, `evenkeel explain ${name}`)]
}

function obstructed({ name, interface: device }: LinkConfig, stuck: Obstacle): Finding {
  const [text, mend] = {
    "interface missing": [
      `there is no interface ${device}`,
      `ip -brief link, then correct links: interface of ${name}`,
    ],
    "no carrier": [`${device} has no carrier: cable, modem or port`, `ip link set ${device} up`],
    "no address": [`${device} has no IPv4 address`, `dhclient -v ${device}`],
    "no gateway": [
      `no gateway is known: no default route leads out of ${device}`,
      `dhclient -v ${device}, or set links: gateway of ${name}`,
    ],
  }[stuck] as [string, string]
  return problem(name, text, mend)
}

function reachable(
  { name, interface: device }: LinkConfig,
  { address, gateway }: Facts,
  neighbours: readonly Neighbour[],
): Finding {
  if (gateway === null) return ok(name, `${device} ${address ?? ""}, point to point`)
  const state = stateOf(gateway, device, neighbours)
  const where = `${device} ${address ?? ""} via ${gateway}`
  if (state === "FAILED" || state === "INCOMPLETE")
    return problem(name, `gateway ${gateway} does not answer ARP on ${device}`, `ping -c 3 -I ${device} ${gateway}`)
  return state === undefined
    ? note(name, `${where}; nobody has spoken with the gateway lately`, `ping -c 1 -I ${device} ${gateway}`)
    : ok(name, where)
}

/** Only what is wrong: that a link is well is said of IPv4. */
function reachable6(link: LinkConfig, { facts, neighbours, deafToRouters }: CheckupIpv6): readonly Finding[] {
  const { name, interface: device } = link
  const known = facts.get(name)
  if (known !== undefined && isUnadvertised(known) && deafToRouters.includes(device)) return [deaf(link)]
  const gateway = known?.gateway ?? null
  const state = gateway === null ? undefined : stateOf(gateway, device, neighbours)
  if (gateway === null || (state !== "FAILED" && state !== "INCOMPLETE")) return []
  const ping = `ping -c 3 -I ${device} ${gateway}`
  return [problem(name, `IPv6 gateway ${gateway} does not answer neighbour discovery on ${device}`, ping)]
}

/** An advertisement brings both (RFC 4862). */
function isUnadvertised(facts: Facts): boolean {
  const stuck = obstacle(facts)
  return stuck === "no address" || stuck === "no gateway"
}

/** With slashes, as the name of an interface may hold dots (sysctl(8)). */
function deaf({ name, interface: device }: LinkConfig): Finding {
  const text = `no IPv6 by ${device}: the kernel passes over router advertisements there (accept_ra in ip-sysctl.rst)`
  return warning(name, text, `sysctl -w net/ipv6/conf/${device}/accept_ra=2, or set links: gateway6 of ${name}`)
}

function stateOf(gateway: string, device: string, neighbours: readonly Neighbour[]): string | undefined {
  return neighbours.find(neighbour => neighbour.address === gateway && neighbour.device === device)?.state
}

/** Targets are hosts: ICMP and TCP to one address live and die together. */
function hostsOf({ probes }: LinkConfig): readonly string[] {
  return [...new Set(probes.map(hostOf))]
}

function fewTargets(link: LinkConfig): readonly Finding[] {
  const [only, second] = hostsOf(link)
  if (only === undefined || second !== undefined) return []
  const text = `its only target is ${only}: if that host dies, a good link goes out of use`
  return [warning(link.name, text, `add a second host to the probes of ${link.name}`)]
}

const ANOTHER_TARGET = "add hosts of other owners to probes: in the configuration"

function sharedTargets(links: readonly LinkConfig[]): readonly Finding[] {
  const [first, ...others] = links.map(hostsOf)
  if (first === undefined || others.length === 0) return []
  const isSame = others.every(hosts => hosts.length === first.length && hosts.every(host => first.includes(host)))
  if (!isSame) return []
  return first.length === 1
    ? [warning("targets", `all links ask ${first[0] ?? ""} alone: if that host dies, all links do`, ANOTHER_TARGET)]
    : [note("targets", `all links ask the same ${first.length} hosts: if all of these die, so do all links`)]
}

function missingLans({ config, snapshot }: Checkup): readonly Finding[] {
  const isMissing = (device: string) => !snapshot.interfaces.some(({ name }) => name === device)
  const missing = config.lan.filter(isMissing)
  return missing.map(device =>
    problem("lan", `there is no interface ${device}`, "ip -brief link, then correct lan: in the configuration"),
  )
}
