import { bytesOf, familyOf, isSameAddress } from "./address.ts"
import type { Family } from "./libc.ts"

/** An echo request that was sent. */
export interface Echo {
  readonly address: string
  /** 1 to 65535. */
  readonly id: number
}

/** What differs between ICMP (RFC 792) and ICMPv6 (RFC 4443), and between the headers that an error quotes. */
interface Dialect {
  readonly request: number
  readonly reply: number
  readonly unreachable: number
  readonly exceeded: number
  /** What a raw socket hands over, from its ICMP header on. */
  readonly received: (packet: Buffer) => Buffer | undefined
  /** What follows the IP header of a quoted packet to this address. */
  readonly quoted: (packet: Buffer, address: Buffer) => Buffer | undefined
}

const dialects: Readonly<Record<Family, Dialect>> = {
  4: {
    request: 8,
    reply: 0,
    unreachable: 3,
    exceeded: 11,
    received: afterIpv4,
    quoted: (packet, address) => {
      const isOurs = packet.length >= 20 && packet.readUInt8(9) === 1 && packet.subarray(16, 20).equals(address)
      return isOurs ? afterIpv4(packet) : undefined
    },
  },
  6: {
    request: 128,
    reply: 129,
    unreachable: 1,
    exceeded: 3,
    // A raw socket for IPv6 leaves the header away: RFC 3542, 3.
    received: packet => packet,
    quoted: (packet, address) => {
      const isOurs = packet.length >= 40 && packet.readUInt8(0) >> 4 === 6 && packet.readUInt8(6) === 58
      return isOurs && packet.subarray(24, 40).equals(address) ? packet.subarray(40) : undefined
    },
  },
}

function afterIpv4(packet: Buffer): Buffer | undefined {
  if (packet.length < 20 || packet.readUInt8(0) >> 4 !== 4) return undefined
  return packet.subarray((packet.readUInt8(0) & 0x0f) * 4)
}

/** The ICMP types that `meaningOf` knows. Redirects are not among them: they do not say that a packet was lost. */
export function telling(family: Family): readonly number[] {
  const { reply, unreachable, exceeded } = dialects[family]
  return [reply, unreachable, exceeded]
}

const HEADER = 8

/**
 * What a packet, as a raw socket hands it over, says of an echo request: its `reply` from the very address that was asked,
 * or an `error` from any host that quotes it. Undefined: it speaks of something else.
 *
 * @param source address that the packet came from
 */
export function meaningOf(echo: Echo, packet: Buffer, source: string): "reply" | "error" | undefined {
  const dialect = dialects[familyOf(echo.address)]
  const icmp = dialect.received(packet)
  if (icmp === undefined || icmp.length < HEADER) return undefined
  const type = icmp.readUInt8(0)
  if (type === dialect.reply)
    return icmp.readUInt16BE(4) === echo.id && isSameAddress(source, echo.address) ? "reply" : undefined
  const isError = type === dialect.unreachable || type === dialect.exceeded
  return isError && quotes(echo, dialect, icmp.subarray(HEADER)) ? "error" : undefined
}

function quotes({ address, id }: Echo, { request, quoted }: Dialect, packet: Buffer): boolean {
  const icmp = quoted(packet, bytesOf(address))
  return icmp !== undefined && icmp.length >= HEADER && icmp.readUInt8(0) === request && icmp.readUInt16BE(4) === id
}
