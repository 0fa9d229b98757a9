/** ICMP types of RFC 792. Redirect (5) and source quench (4) are not among them: neither says that a packet was lost. */
export const ECHO_REPLY = 0
export const DESTINATION_UNREACHABLE = 3
export const TIME_EXCEEDED = 11
const ECHO_REQUEST = 8
const PROTOCOL_ICMP = 1

/**
 * Whether an IPv4 packet, as a raw socket hands it over, speaks of an echo request to `address`: its reply from that
 * very address, or an error from any router that quotes such a request (RFC 792: IP header and 8 bytes).
 * Whose request it was (identifier, sequence) is for net-ping to check.
 *
 * @param source dotted address that the packet came from
 */
export function concerns(address: string, packet: Buffer, source: string): boolean {
  const icmp = payload(packet)
  if (icmp === undefined) return false
  const type = icmp.readUInt8(0)
  if (type === ECHO_REPLY) return source === address
  return isError(type) && quotesRequestTo(address, icmp.subarray(8))
}

function isError(type: number): boolean {
  return type === DESTINATION_UNREACHABLE || type === TIME_EXCEEDED
}

function quotesRequestTo(address: string, packet: Buffer): boolean {
  const icmp = payload(packet)
  if (icmp?.readUInt8(0) !== ECHO_REQUEST) return false
  return packet.readUInt8(9) === PROTOCOL_ICMP && packet.subarray(16, 20).join(".") === address
}

/** What follows the IPv4 header; undefined if that is not IPv4 or not a whole ICMP header. */
function payload(packet: Buffer): Buffer | undefined {
  if (packet.length < 20 || packet.readUInt8(0) >> 4 !== 4) return undefined
  const rest = packet.subarray((packet.readUInt8(0) & 0x0f) * 4)
  return rest.length >= 8 ? rest : undefined
}
