import type { PerFamily } from "../core/policy-config.ts"

/** Names that iptables has of its own, whatever /etc/protocols says (xtables_chain_protos in iptables/xshared.c). */
const OWN: ProtocolNames = new Map([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
  [50, "esp"],
  [51, "ah"],
  [58, "ipv6-icmp"],
  [132, "sctp"],
  [135, "mobility-header"],
  [136, "udplite"],
])

export type ProtocolNames = ReadonlyMap<number, string>

/** The names of protocols(5), by number; the first one of a number counts, as it does for getprotobynumber(3). */
export function protocolNames(text: string): ProtocolNames {
  const lines = text.split("\n").map(line => /^([A-Za-z0-9][\w.+-]*)\s+(\d{1,3})(?=\s|#|$)/.exec(line))
  const named = lines.flatMap(found => (found === null ? [] : [[Number(found[2]), found[1] ?? ""] as const]))
  return new Map(named.reverse())
}

/** As iptables-save(8) prints it on this host: a name where there is one, else the number. */
export function protocolWords(numbers: PerFamily<number>, names: ProtocolNames): PerFamily<string> {
  const word = (number: number) => OWN.get(number) ?? names.get(number) ?? String(number)
  return { 4: word(numbers[4]), 6: word(numbers[6]) }
}
