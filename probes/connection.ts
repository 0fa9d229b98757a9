import { Socket } from "node:net"
import { networkInterfaces } from "node:os"
import { familyOf, isSameAddress } from "./address.ts"
import { icmpErrorSource } from "./icmp-error.ts"
import { close, duplicate, systemError } from "./libc.ts"
import { openPinned, orClose } from "./pinned-socket.ts"
import type { Pin } from "./probe.ts"
import { queueIcmpErrors, resetOnClose } from "./socket-options.ts"

/** A TCP connection that is being made over a pinned link. */
export interface Connection {
  readonly socket: Socket
  /**
   * A second descriptor. Node closes its own before it reports an error; this one keeps the kernel's socket, and with it
   * the cause and the count of SYNs, until the end.
   */
  readonly witness: number
  readonly end: () => void
}

/** Begins to connect. @throws SystemError */
export function connect(pin: Pin, address: string, port: number): Connection {
  const family = familyOf(address)
  const fd = openPinned(pin, { family, protocol: "tcp", options: [resetOnClose, queueIcmpErrors(family)] })
  const witness = orClose(() => duplicate(fd), fd)
  const socket = orClose(() => new Socket({ fd }), fd, witness)
  const end = () => {
    socket.destroy()
    close(witness)
  }
  // An address, not a name: Node then asks no resolver and races no families.
  socket.connect(port, address)
  return { socket, witness, end }
}

/** What an ICMP "port unreachable" becomes, an RST too; and what ICMPv6's "prohibited" becomes (icmpv6_err_convert). */
const SPOKEN: readonly unknown[] = ["ECONNREFUSED", "ECONNRESET", "EACCES"]

/**
 * Why an attempt to reach `address` failed; undefined if the target itself spoke: an RST, or an ICMP error of its own. A
 * router's ICMP "port unreachable" is also ECONNREFUSED; so is the one of this host's own firewall (both are what
 * iptables' REJECT sends).
 *
 * @param fd its socket, with `queueIcmpErrors`
 */
export function refusalOf(error: NodeJS.ErrnoException, fd: number, address: string): Error | undefined {
  const speaker = icmpErrorSource(fd)
  if (speaker !== undefined && isSameAddress(speaker, address)) return undefined
  if (!SPOKEN.includes(error.code)) return error
  if (speaker === undefined) return error.code === "EACCES" ? error : undefined
  return systemError(isOwn(speaker) ? "EPERM" : "EHOSTUNREACH", "connect")
}

function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some(own => own?.some(entry => isSameAddress(entry.address, address)))
}
