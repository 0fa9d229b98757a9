import type { Family } from "./libc.ts"
import type { Pin } from "./probe.ts"

export interface SocketOption {
  readonly level: number
  readonly option: number
  readonly value: Buffer
}

const SOL_SOCKET = 1
const SO_LINGER = 13
const SO_BINDTODEVICE = 25
const SO_MARK = 36
const SOL_IP = 0
const IP_RECVERR = 11
const SOL_IPV6 = 41
const IPV6_RECVERR = 25
const SOL_RAW = 255
const ICMP_FILTER = 1
const SOL_ICMPV6 = 58
const ICMPV6_FILTER = 1

/**
 * Both are needed: the mark finds the link's routing table, where the device alone finds no route on a link that is
 * not the main default; the device holds when two modems hand out the same subnet and gateway, and keeps other
 * links' answers out. See socket(7); SO_MARK needs CAP_NET_ADMIN (or CAP_NET_RAW since Linux 5.17).
 */
export function pinning(pin: Pin): readonly SocketOption[] {
  return [
    { level: SOL_SOCKET, option: SO_BINDTODEVICE, value: Buffer.from(`${pin.interface}\0`) },
    { level: SOL_SOCKET, option: SO_MARK, value: ints(pin.mark) },
  ]
}

/** Closing resets the connection at once, however far it got, and leaves no TIME_WAIT behind: SO_LINGER in socket(7). */
export const resetOnClose: SocketOption = { level: SOL_SOCKET, option: SO_LINGER, value: ints(1, 0) }

/** Keeps each ICMP error in the socket's error queue: IP_RECVERR in ip(7), IPV6_RECVERR in ipv6(7). */
export function queueIcmpErrors(family: Family): SocketOption {
  const [level, option] = family === 4 ? [SOL_IP, IP_RECVERR] : [SOL_IPV6, IPV6_RECVERR]
  return { level, option, value: ints(1) }
}

/**
 * Only these ICMP types reach the socket: a set bit is a type that does not. ICMP_FILTER in raw(7) has 32 of them,
 * ICMP6_FILTER (RFC 3542, 3.2; icmpv6_filter in net/ipv6/raw.c) 256.
 */
export function icmpTypes(family: Family, types: readonly number[]): SocketOption {
  const words = Array.from({ length: family === 4 ? 1 : 8 }, (_, word) => ~wantedOf(types, word))
  const [level, option] = family === 4 ? [SOL_RAW, ICMP_FILTER] : [SOL_ICMPV6, ICMPV6_FILTER]
  return { level, option, value: ints(...words) }
}

function wantedOf(types: readonly number[], word: number): number {
  return types.filter(type => type >> 5 === word).reduce((bits, type) => bits | (1 << (type & 31)), 0)
}

function ints(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer)
}
