import type { PacketSeen, RuleMet, TraceLine } from "./read-trace.ts"

/** What there is to tell of a traced packet, in the order in which it happened. */
export type Stage =
  | { readonly kind: "begins"; readonly number: number; readonly packet: PacketSeen }
  /** It is seen again, further on, and something about it is another now. */
  | { readonly kind: "changed"; readonly packet: PacketSeen; readonly before: PacketSeen }
  | { readonly kind: "rule"; readonly met: RuleMet }

/** All that is known of the packets of one trace. */
export interface Journeys {
  /** Each packet as it was seen last, in order of their first sight. */
  readonly packets: readonly PacketSeen[]
  /** What the last line added. */
  readonly news: readonly Stage[]
  /** Seen, but not yet known to be of this trace. */
  readonly pending: PacketSeen | null
}

export const NO_JOURNEYS: Journeys = { packets: [], news: [], pending: null }

/** Others may trace as well: a packet is ours whose first rule is one of `chain`. */
export function travel(chain: string): (journeys: Journeys, line: TraceLine) => Journeys {
  return (journeys, line) => (line.kind === "packet" ? seen(journeys, line) : met(journeys, line, chain))
}

function seen({ packets }: Journeys, packet: PacketSeen): Journeys {
  const before = packets.find(({ id }) => id === packet.id)
  if (before === undefined) return { packets, news: [], pending: packet }
  const news: readonly Stage[] = isSame(before, packet) ? [] : [{ kind: "changed", packet, before }]
  return { packets: packets.map(known => (known.id === packet.id ? packet : known)), news, pending: null }
}

function met({ packets, pending }: Journeys, rule: RuleMet, chain: string): Journeys {
  if (packets.some(({ id }) => id === rule.id))
    return { packets, news: isNews(rule) ? [{ kind: "rule", met: rule }] : [], pending: null }
  const isOurs = pending?.id === rule.id && rule.chain === chain
  if (!isOurs) return { packets, news: [], pending }
  const number = packets.length + 1
  return { packets: [...packets, pending], news: [{ kind: "begins", number, packet: pending }], pending: null }
}

/** A chain that ends without a rule, and a policy that lets pass, say nothing. */
function isNews({ rule, verdict }: RuleMet): boolean {
  return rule !== null || verdict === "DROP"
}

function isSame(a: PacketSeen, b: PacketSeen): boolean {
  return a.mark === b.mark && a.outBy === b.outBy && a.from === b.from && a.to === b.to
}
