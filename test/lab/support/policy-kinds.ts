import type { Family } from "../../../src/core/ip-family.ts"
import { lan6 } from "../../../src/lab/topology.ts"
import type { Sender } from "../../../src/lab/traffic/udp.ts"

/** Each but the first is of one kind's flows alone. */
export const CLIENTS = ["10.0.0.50", "10.0.0.51", "10.0.0.52", "10.0.0.53", "10.0.0.54"] as const
const [, SOURCE, , , BEHIND] = CLIENTS
export const [, , UDP_ONLY, MARKED] = CLIENTS

/** Flows of one kind, the policy for them, and the links that they belong on. */
interface Kind {
  readonly name: string
  readonly sender?: Partial<Sender>
  /** `own`: where these flows go, and no other ones. Without a policy they stand right beside such a one. */
  readonly match?: (own: readonly string[]) => object
  readonly way?: object
  readonly healthy: string
  /** With isp2 dead. */
  readonly dead: string
}

/** In both families' words. */
const from = (address: string) => ({ from: [address, lan6.clientLike(address)] })
const toOwn = (own: readonly string[]) => ({ to: own })
const udp = (ports: object) => () => ({ proto: "udp", ...ports })

const preferred = { way: { use: ["isp2", "isp3"] }, healthy: "isp2", dead: "isp3" }
const byWeight = { healthy: "isp1", dead: "isp1" }

const KINDS: readonly Kind[] = [
  { name: "none", ...byWeight },
  { name: "source", sender: { from: SOURCE }, match: () => from(SOURCE), ...preferred },
  { name: "destination", match: toOwn, ...preferred },
  { name: "protocol", sender: { from: UDP_ONLY }, match: udp(from(UDP_ONLY)), ...preferred },
  { name: "port", sender: { port: 9002 }, match: udp({ dport: [9002] }), ...preferred },
  { name: "below-range", sender: { port: 27014 }, ...byWeight },
  { name: "range", sender: { port: 27015 }, match: udp({ dport: ["27015-27030"] }), ...preferred },
  { name: "range-end", sender: { port: 27030 }, healthy: "isp2", dead: "isp3" },
  { name: "above-range", sender: { port: 27031 }, ...byWeight },
  { name: "source-port", sender: { fromPort: 4500 }, match: udp({ sport: [4500] }), ...preferred },
  { name: "dscp", sender: { from: MARKED }, match: () => ({ dscp: 46 }), ...preferred },
  { name: "set", match: () => ({ set: "video" }), ...preferred },
  { name: "interface", sender: { from: BEHIND }, match: () => ({ in: "lan0", ...from(BEHIND) }), ...preferred },
  { name: "weights", match: toOwn, way: { balance: { isp2: 50, isp3: 50 } }, healthy: "isp2+isp3", dead: "isp3" },
  { name: "next", match: toOwn, way: { use: ["isp2"] }, healthy: "isp2", dead: "isp3" },
  { name: "balance", match: toOwn, way: { use: ["isp2"], ifDown: "balance" }, healthy: "isp2", dead: "isp1" },
  { name: "block", match: toOwn, way: { use: ["isp2"], ifDown: "block" }, healthy: "isp2", dead: "" },
]

/** The part of the crowd of the sender with this number (traffic/udp.ts), in both families. */
function ownOf(number: number): readonly string[] {
  return [`100.${64 + number}.0.0/16`, `2001:db8:c::${(number + 1).toString(16)}:0/112`]
}

const own = (name: string) => ownOf(KINDS.findIndex(kind => kind.name === name))

/** Keys of the configuration. What comes last tells `next` from `balance`: the one goes on to it, the other does not. */
export const top = {
  policies: [
    ...KINDS.flatMap(({ name, match, way }) => (match ? [{ name, match: match(own(name)), ...way }] : [])),
    { name: "last", match: { to: [...own("next"), ...own("balance")] }, use: ["isp3"] },
  ],
  sets: { video: own("set") },
}

/** All flows without a policy take isp1. */
export const links = { isp1: { weight: 1 }, isp2: { weight: 0 }, isp3: { weight: 0 } }

/** An address of the flows that are refused, in each family. */
export const BLOCKED = own("block").map(network => network.replace(/0\/\d+$/, "1"))

/** The client's address in a family, by its IPv4 one. */
export function addressIn(family: Family, client: string): string {
  return family === 6 ? lan6.clientLike(client) : client
}

/** All kinds, in the order in which they share the crowd. */
export function sendersOf(family: Family, server: string): readonly Sender[] {
  return KINDS.map(({ name, sender }) => ({
    ...{ label: name, address: server, port: 9000, ...sender },
    from: addressIn(family, sender?.from ?? CLIENTS[0]),
  }))
}

/** By kind: the links that its flows belong on. */
export function expected(when: "healthy" | "dead"): Readonly<Record<string, string>> {
  return Object.fromEntries(KINDS.map(kind => [kind.name, kind[when]]))
}
