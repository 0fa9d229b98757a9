import { isIP } from "node:net"
import { decode, encode, RECURSION_DESIRED, type Answer as DnsRecord, type DecodedPacket } from "dns-packet"

export interface Question {
  readonly name: string
  readonly type: "A" | "AAAA"
}

/** What a name server said. */
export interface Answer {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … */
  readonly rcode: string
  /** It had more to say than a datagram holds. */
  readonly isTruncated: boolean
  readonly addresses: readonly KnownAddress[]
}

export interface KnownAddress {
  readonly address: string
  readonly ttlMs: number
}

/** A recursive question: RFC 1035, 4.1. */
export function questionMessage(id: number, { name, type }: Question): Buffer {
  return encode({ type: "query", id, flags: RECURSION_DESIRED, questions: [{ type, name }] })
}

/** The answer to just that question; undefined: the message is something else, or not even DNS. */
export function answerIn(message: Buffer, id: number, question: Question): Answer | undefined {
  const packet = decoded(message)
  if (packet?.type !== "response" || packet.id !== id || !repeats(packet, question)) return undefined
  // dns-packet tells it, and its types do not.
  const { rcode } = packet as DecodedPacket & { readonly rcode: string }
  const addresses = (packet.answers ?? []).flatMap(record => addressIn(record, question))
  return { rcode, isTruncated: packet.flag_tc, addresses }
}

function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message)
  } catch {
    return undefined
  }
}

/** Servers repeat the question, and may do so in other case: RFC 1034, 3.1. */
function repeats({ questions = [] }: DecodedPacket, { name, type }: Question): boolean {
  const [first, second] = questions
  return second === undefined && first?.type === type && first.name.toLowerCase() === name.toLowerCase()
}

/**
 * Whose address it is does not matter: an alias (CNAME) leads to it. Of a record that ends too early dns-packet makes an
 * address of `undefined`s.
 */
function addressIn(record: DnsRecord, { type }: Question): readonly KnownAddress[] {
  if ((record.type !== "A" && record.type !== "AAAA") || record.type !== type) return []
  const isWhole = isIP(record.data) === (type === "A" ? 4 : 6)
  return isWhole ? [{ address: record.data, ttlMs: 1000 * (record.ttl ?? 0) }] : []
}
