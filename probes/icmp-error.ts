import koffi from "koffi"
import { textOf } from "./address.ts"
import { AF_INET, AF_INET6, libc } from "./libc.ts"

const MSG_DONTWAIT = 0x40
const MSG_ERRQUEUE = 0x2000

/** struct msghdr and what recvmsg(2) fills in: only the control data are asked for. */
const msghdr = koffi.struct({
  name: "void *",
  nameLength: "uint32_t",
  vectors: "void *",
  vectorCount: "size_t",
  control: "void *",
  controlLength: "size_t",
  flags: "int",
})
const receiveMessage = libc.func("recvmsg", "intptr_t", ["int", koffi.pointer(msghdr), "int"]) as (
  fd: number,
  message: object,
  flags: number,
) => number

/** struct cmsghdr is a size_t and two ints; struct sock_extended_err has 16 bytes; then the sockaddr of who spoke. */
const OFFENDER = koffi.sizeof("size_t") + 8 + 16
const CONTROL_BYTES = 256

/**
 * The address of the host whose ICMP error came to this socket; undefined if none did. Takes the error out of the
 * socket's queue, which holds it only with IP_RECVERR or IPV6_RECVERR: see ip(7), SO_EE_OFFENDER.
 */
export function icmpErrorSource(fd: number): string | undefined {
  const control = Buffer.alloc(CONTROL_BYTES)
  const message = { name: null, nameLength: 0, vectors: null, vectorCount: 0, control, controlLength: CONTROL_BYTES }
  const received = receiveMessage(fd, { ...message, flags: 0 }, MSG_ERRQUEUE | MSG_DONTWAIT)
  return received < 0 ? undefined : addressIn(control.subarray(OFFENDER))
}

/** Of a sockaddr_in or sockaddr_in6. */
function addressIn(sockaddr: Buffer): string | undefined {
  const family: unknown = koffi.decode(sockaddr, "uint16_t")
  if (family === AF_INET) return textOf(sockaddr.subarray(4, 8))
  return family === AF_INET6 ? textOf(sockaddr.subarray(8, 24)) : undefined
}
