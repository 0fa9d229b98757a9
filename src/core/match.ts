import type { Family } from "./ip-family.ts"
import type { Match, PerFamily, PortRange } from "./policy-config.ts"

/** The kernel's name of each set by the name that the configuration gives it; null: it holds nothing of that family. */
export type SetNames = ReadonlyMap<string, PerFamily<string | null>>

/**
 * The conditions of the rules that together ask for `match`, in the very words in which iptables-save(8), or
 * ip6tables-save, prints them. `""` asks for nothing; no rules: no packet of this family can match.
 */
export function matchRules(match: Match, family: Family, sets: SetNames): readonly string[] {
  const conditions = [
    networks("-s", match.from, family),
    networks("-d", match.to, family),
    match.in === null ? [""] : [`-i ${match.in}`],
    protocols(match, family),
    destinationSet(match.set, family, sets),
    match.dscp === null ? [""] : [`-m dscp --dscp 0x${match.dscp.toString(16).padStart(2, "0")}`],
  ]
  return conditions.reduce(combine)
}

/** The parts of a match of which each value may need a rule of its own. */
type Lists = Pick<Match, "from" | "to" | "sport" | "dport"> & { readonly proto: readonly unknown[] }

/** How many rules `matchRules` makes of it, without making them. */
export function ruleCount({ from, to, proto, sport, dport }: Lists, family: Family): number {
  const addresses = networks("-s", from, family).length * networks("-d", to, family).length
  return addresses * Math.max(1, proto.length) * portLists(sport).length * portLists(dport).length
}

export function isOfFamily(network: string, family: Family): boolean {
  return network.includes(":") === (family === 6)
}

function networks(option: "-s" | "-d", list: readonly string[], family: Family): readonly string[] {
  if (list.length === 0) return [""]
  // A condition that is always met is not printed.
  return list
    .filter(network => isOfFamily(network, family))
    .map(network => (network.endsWith("/0") ? "" : `${option} ${network}`))
}

function destinationSet(set: string | null, family: Family, sets: SetNames): readonly string[] {
  if (set === null) return [""]
  const name = sets.get(set)?.[family] ?? null
  return name === null ? [] : [`-m set --match-set ${name} dst`]
}

function protocols({ proto, sport, dport }: Match, family: Family): readonly string[] {
  if (proto.length === 0) return [""]
  return proto.flatMap(words => combine([`-p ${words[family]}`], ports(words[family], sport, dport)))
}

/** Protocols whose match of the same name knows ports: iptables-extensions(8). UDP-Lite has only multiport. */
const WITH_PORTS = ["tcp", "udp", "sctp", "dccp"]

function ports(protocol: string, sport: readonly PortRange[], dport: readonly PortRange[]): readonly string[] {
  const isPlain = sport.length <= 1 && dport.length <= 1 && WITH_PORTS.includes(protocol)
  const [source, destination] = isPlain
    ? [sport.map(range => `--sport ${rangeText(range)}`), dport.map(range => `--dport ${rangeText(range)}`)]
    : [multiport("--sports", sport), multiport("--dports", dport)]
  const both = combine(orNothing(source), orNothing(destination))
  return isPlain ? both.map(options => options && `-m ${protocol} ${options}`) : both
}

function multiport(option: "--sports" | "--dports", ranges: readonly PortRange[]): readonly string[] {
  return portLists(ranges).map(list => list && `-m multiport ${option} ${list}`)
}

function orNothing(conditions: readonly string[]): readonly string[] {
  return conditions.length === 0 ? [""] : conditions
}

/** XT_MULTI_PORTS in linux/netfilter/xt_multiport.h; a range takes two. */
const MOST_PORTS = 15

/** As many lists as one multiport match each can hold. */
function portLists(ranges: readonly PortRange[]): readonly string[] {
  const lists: string[][] = [[]]
  let free = MOST_PORTS
  for (const range of ranges) {
    const needed = range.first === range.last ? 1 : 2
    if (needed > free) {
      lists.push([])
      free = MOST_PORTS
    }
    lists.at(-1)?.push(rangeText(range))
    free -= needed
  }
  return lists.map(list => list.join(","))
}

function rangeText({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}:${last}`
}

/** Each with each. */
function combine(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.flatMap(one => after.map(other => [one, other].filter(Boolean).join(" ")))
}
