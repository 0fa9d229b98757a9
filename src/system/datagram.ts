import { getSystemErrorName } from "node:util"
import koffi from "koffi"

/** Node has no Unix datagram sockets (unix(7)). Constants are those of asm-generic. */
const libc = koffi.load(null)
const cSocket = libc.func("int socket(int, int, int)") as (domain: number, type: number, protocol: number) => number
const cSendTo = libc.func("long sendto(int, const void *, size_t, int, const void *, uint32_t)") as (
  fd: number,
  data: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  addressLength: number,
) => number
const cClose = libc.func("int close(int)") as (fd: number) => number

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000

/** sizeof(sun_path), unix(7). */
const LONGEST_PATH = 108

/**
 * Sends one datagram to a Unix socket: a path, or `@name` in the abstract namespace. Never waits: a receiver that is too
 * slow misses it.
 * @throws Error that bears the errno's name, such as ECONNREFUSED.
 */
export function sendDatagram(to: string, text: string): void {
  const address = socketAddress(to)
  const fd = checked("socket", cSocket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
  try {
    const data = Buffer.from(text)
    checked("sendto", cSendTo(fd, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length))
  } finally {
    cClose(fd)
  }
}

/** struct sockaddr_un: the family in the machine's byte order, then the name, which is not padded: every byte of it counts. */
function socketAddress(to: string): Buffer {
  const name = Buffer.from(to.replace(/^@/, "\0"))
  if (name.length > LONGEST_PATH) throw new Error(`${to}: longer than a socket's name can be`)
  return Buffer.concat([Buffer.from(Uint16Array.of(AF_UNIX).buffer), name])
}

function checked(call: string, result: number): number {
  if (result >= 0) return result
  throw new Error(`${call} ${getSystemErrorName(-koffi.errno())}`)
}
