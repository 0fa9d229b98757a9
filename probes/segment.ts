/** What one TCP packet says of its connection. */
export interface Segment {
  /** Who speaks to whom. */
  readonly flow: string
  readonly isFirst: boolean
  /** Of its first byte. */
  readonly seq: number
  /** Bytes that it carries. */
  readonly length: number
  readonly ack: number
}

/** The IP header of a packet, as far as it says something here. */
interface IpHeader {
  /** Where TCP's begins. */
  readonly bytes: number
  /** Both headers and what they carry. */
  readonly totalLength: number
  /** Both ends. */
  readonly addresses: string
  readonly isPrivate: boolean
}

const [SYN, RST, ACK] = [0x02, 0x04, 0x10]

/**
 * Reads the headers of a TCP packet (RFC 791, RFC 8200, RFC 9293). Undefined where they say nothing of how a connection
 * gets on across the internet: one that asks or is reset, or a peer at a private address, the modem's own web page for one.
 */
export function segmentOf(packet: Buffer): Segment | undefined {
  const ip = ipHeader(packet)
  if (ip === undefined || ip.isPrivate || packet.length < ip.bytes + 20) return undefined
  const tcp = packet.subarray(ip.bytes)
  const flags = tcp.readUInt8(13)
  if ((flags & (RST | ACK)) !== ACK) return undefined
  const length = ip.totalLength - ip.bytes - (tcp.readUInt8(12) >> 4) * 4
  const flow = ip.addresses + tcp.toString("latin1", 0, 4)
  return { flow, isFirst: (flags & SYN) !== 0, seq: tcp.readUInt32BE(4), length, ack: tcp.readUInt32BE(8) }
}

/** What 16 bits cannot hold is written as 0: several segments that GRO has joined (iph_totlen in linux/ip.h). */
const JOINED = 0x1_0000

function ipHeader(packet: Buffer): IpHeader | undefined {
  if (packet.length < 20) return undefined
  if (packet.readUInt8(0) >> 4 === 6) return packet.length < 40 ? undefined : ipv6Header(packet)
  return {
    bytes: (packet.readUInt8(0) & 0x0f) * 4,
    totalLength: packet.readUInt16BE(2) || JOINED,
    addresses: packet.toString("latin1", 12, 20),
    isPrivate: isPrivate(packet.readUInt8(12), packet.readUInt8(13)),
  }
}

/** TCP follows at once: nothing else is listened to (packet-socket.ts). */
function ipv6Header(packet: Buffer): IpHeader {
  return {
    bytes: 40,
    totalLength: 40 + (packet.readUInt16BE(4) || JOINED),
    addresses: packet.toString("latin1", 8, 40),
    isPrivate: isPrivate6(packet.readUInt8(8), packet.readUInt8(9)),
  }
}

/** RFC 1918 and RFC 3927. Not RFC 6598: behind carrier-grade NAT that is a way to the internet. */
function isPrivate(first: number, second: number): boolean {
  if (first === 10 || (first === 172 && second >> 4 === 1)) return true
  return (first === 192 && second === 168) || (first === 169 && second === 254)
}

/** fc00::/7 (RFC 4193) and fe80::/10 (RFC 4291). */
function isPrivate6(first: number, second: number): boolean {
  return first >> 1 === 0xfc >> 1 || (first === 0xfe && second >> 6 === 2)
}
