/** The kernel's network state as evenkeel reads it: plain data, with numbers where /etc/iproute2 could rename. */

/** Tags our rules and routes as ours (rtnetlink(7) rtm_protocol; 4 and above is left to user space, 107 is nobody's). */
export const ourProtocol = 107
/** The same in the words of ip-rule(8) and ip-route(8). */
export const ourTag = `protocol ${ourProtocol}`

export function isOurs({ protocol }: { readonly protocol: number }): boolean {
  return protocol === ourProtocol
}

/** Numbers of the kernel's own tables (linux/rtnetlink.h rt_class_t). */
export const mainTable = 254

export interface Interface {
  /** A new index under an old name: deleted and made again. */
  readonly index: number
  readonly name: string
  /** IFF_* names as `ip` prints them: `UP`, `LOWER_UP`, `POINTOPOINT`, … */
  readonly flags: readonly string[]
  /** Global addresses of one family, the preferred one first. */
  readonly addresses: readonly InterfaceAddress[]
}

interface InterfaceAddress {
  readonly address: string
  readonly prefixLength: number
}

/** One next hop of one route: a multipath route appears once for each. */
export interface Route {
  /** `unicast`, `unreachable`, `blackhole`, `local`, … (rtnetlink(7) rtm_type). */
  readonly type: string
  /** `default`, a network such as `10.0.0.0/8`, or an address. */
  readonly destination: string
  readonly table: number
  readonly protocol: number
  /** Lowest is best. When none is given it is 0 in IPv4, and 1024 in IPv6 (IP6_RT_PRIO_USER). */
  readonly metric: number
  readonly device: string | null
  /** An address, of the other family when the route is reached over that (`via inet6`); null: directly on the device. */
  readonly gateway: string | null
  /** `onlink`, `linkdown`, `dead`, … */
  readonly flags: readonly string[]
  readonly multipath: boolean
}

/** One policy rule. */
export interface Rule {
  readonly priority: number
  readonly protocol: number
  readonly mark: number | null
  /** Null: no mark is asked for. `ip` leaves out a full mask; here it is 0xffffffff. */
  readonly mask: number | null
  /** Null: the rule does not look up a table (`unreachable`, `goto`, …). */
  readonly table: number | null
  readonly suppressPrefixLength: number | null
  /** Names of every other condition or action that the rule has (`src`, `iif`, `not`, `goto`, …), as `ip -j` calls them. */
  readonly others: readonly string[]
}

/** One reading of everything above, of one family. */
export interface Snapshot {
  readonly interfaces: readonly Interface[]
  /** Default routes of every table. */
  readonly routes: readonly Route[]
  readonly rules: readonly Rule[]
}
