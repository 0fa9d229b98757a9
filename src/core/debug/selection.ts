import type { Family } from "../ip-family.ts"

/** Which flows `debug` looks at; undefined: any. All of it was validated before. */
export interface Selection {
  /** An address or subnet, of the same family as `to`. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly protocol: Protocol | undefined
  /** Of TCP or UDP. */
  readonly port: number | undefined
}

export type Protocol = "tcp" | "udp" | "icmp"

export function isOfFamily({ from, to }: Selection, family: Family): boolean {
  return [from, to].every(address => address === undefined || address.includes(":") === (family === 6))
}

/** In the words of iptables(8). */
export function matchesOf({ from, to, protocol, port }: Selection, family: Family): string {
  return [
    ...(from === undefined ? [] : [`-s ${from}`]),
    ...(to === undefined ? [] : [`-d ${to}`]),
    ...(protocol === undefined ? [] : [`-p ${protocolName(protocol, family)}`]),
    ...(protocol === undefined || port === undefined ? [] : [`-m ${protocol} --dport ${port}`]),
  ].join(" ")
}

/** In the words of conntrack(8). */
export function conntrackArgs({ from, to, protocol, port }: Selection, family: Family): readonly string[] {
  return [
    ...(from === undefined ? [] : ["--orig-src", from]),
    ...(to === undefined ? [] : ["--orig-dst", to]),
    ...(protocol === undefined ? [] : ["--proto", protocolName(protocol, family)]),
    ...(port === undefined ? [] : ["--orig-port-dst", String(port)]),
  ]
}

function protocolName(protocol: Protocol, family: Family): string {
  return protocol === "icmp" && family === 6 ? "icmpv6" : protocol
}
