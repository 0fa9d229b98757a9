import ipaddr from "ipaddr.js"

const ACK = 0x10

export interface Packet {
  readonly from?: string
  readonly port?: number
  readonly flags?: number
  readonly seq?: number
  readonly ack?: number
  readonly bytes?: number
  readonly totalLength?: number
  readonly ipOptions?: number
}

/** Headers as packet(7) hands them over: IPv4, then TCP with a timestamp option that is not captured. */
export function headers({ from = "203.0.113.7", port = 443, flags = ACK, seq = 0, ack = 0, ...rest }: Packet): Buffer {
  const { bytes = 0, ipOptions = 0 } = rest
  const ihl = 20 + ipOptions
  const packet = Buffer.alloc(ihl + 20)
  packet.writeUInt8(0x40 | (ihl / 4), 0)
  packet.writeUInt16BE(rest.totalLength ?? ihl + 32 + bytes, 2)
  Buffer.from(from.split(".").map(Number)).copy(packet, 12)
  Buffer.from([192, 0, 2, 2]).copy(packet, 16)
  packet.writeUInt16BE(port, ihl)
  packet.writeUInt16BE(40_000, ihl + 2)
  packet.writeUInt32BE(seq, ihl + 4)
  packet.writeUInt32BE(ack, ihl + 8)
  packet.writeUInt8(8 << 4, ihl + 12)
  packet.writeUInt8(flags, ihl + 13)
  return packet
}

/** The same of IPv6, whose header has one length and says how much follows it. */
export function headers6({ from = "2001:db8::7", port = 443, flags = ACK, seq = 0, ack = 0, ...rest }: Packet): Buffer {
  const packet = Buffer.alloc(60)
  packet.writeUInt8(0x60, 0)
  packet.writeUInt16BE(rest.totalLength ?? 32 + (rest.bytes ?? 0), 4)
  packet.writeUInt8(6, 6)
  Buffer.from(ipaddr.parse(from).toByteArray()).copy(packet, 8)
  Buffer.from(ipaddr.parse("2001:db8:1::50").toByteArray()).copy(packet, 24)
  headers({ port, flags, seq, ack }).copy(packet, 40, 20)
  return packet
}
