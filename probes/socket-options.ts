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
const SOL_RAW = 255
const ICMP_FILTER = 1

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

/** Keeps each ICMP error in the socket's error queue: IP_RECVERR in ip(7). */
export const queueIcmpErrors: SocketOption = { level: SOL_IP, option: IP_RECVERR, value: ints(1) }

/** Only these ICMP types reach the socket: a set bit of ICMP_FILTER in raw(7) is a type that does not. */
export function icmpTypes(types: readonly number[]): SocketOption {
  const wanted = types.reduce((bits, type) => bits | (1 << type), 0)
  return { level: SOL_RAW, option: ICMP_FILTER, value: ints(~wanted) }
}

function ints(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer)
}
