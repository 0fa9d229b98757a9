import { Socket } from "node:net"
import { networkInterfaces } from "node:os"
import { Observable } from "rxjs"
import { icmpErrorSource } from "./icmp-error.ts"
import { judge } from "./judge.ts"
import { close, duplicate, systemError } from "./libc.ts"
import { openPinned } from "./pinned-socket.ts"
import type { Pin, Probe, SpecOf } from "./probe.ts"
import { queueIcmpErrors, resetOnClose } from "./socket-options.ts"
import { handshakeOf, replyOf, type Handshake } from "./tcp-info.ts"

/**
 * One connection attempt. Established or refused, the target has answered and the path is proven; but where the kernel had
 * to ask again, something was lost on the way.
 */
export const tcp: Probe<SpecOf<"tcp">> = (pin, { address, port }, limits) =>
  judge(handshake(pin, address, port), limits, {
    read: (ended, elapsedMs) => replyOf(ended, elapsedMs, limits),
  })

function handshake(pin: Pin, address: string, port: number): Observable<Handshake> {
  return new Observable(subscriber => {
    const { socket, witness } = open(pin)
    subscriber.add(() => {
      socket.destroy()
      close(witness)
    })
    const answer = () => {
      try {
        subscriber.next(handshakeOf(witness))
      } catch (error) {
        subscriber.error(error)
      }
    }
    socket.on("connect", answer)
    socket.on("error", error => {
      const refusal = asRefusal(error, witness, address)
      if (refusal === undefined) answer()
      else subscriber.error(refusal)
    })
    // An address, not a name: Node then asks no resolver and races no families.
    socket.connect(port, address)
  })
}

/**
 * Node closes its descriptor before it reports an error. The witness keeps the kernel's socket, and with it the
 * cause and the count of SYNs, until the probe ends.
 */
function open(pin: Pin): { readonly socket: Socket; readonly witness: number } {
  const fd = openPinned(pin, [resetOnClose, queueIcmpErrors])
  const witness = orClose(() => duplicate(fd), fd)
  const socket = orClose(() => new Socket({ fd }), fd, witness)
  return { socket, witness }
}

/** The action's result; where it throws, closes the descriptors that nobody else would. */
function orClose<T>(action: () => T, ...fds: readonly number[]): T {
  try {
    return action()
  } catch (error) {
    fds.forEach(close)
    throw error
  }
}

/**
 * Undefined if the target itself spoke: an RST, or an ICMP error of its own. A router's ICMP "port unreachable" is also
 * ECONNREFUSED to connect(2); so is the one of this host's own firewall (both are what iptables' REJECT sends).
 */
function asRefusal(error: NodeJS.ErrnoException, witness: number, address: string): Error | undefined {
  const speaker = icmpErrorSource(witness)
  if (speaker === address) return undefined
  if (error.code !== "ECONNREFUSED" && error.code !== "ECONNRESET") return error
  if (speaker === undefined) return undefined
  return systemError(isOwn(speaker) ? "EPERM" : "EHOSTUNREACH", "connect")
}

function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some(own => own?.some(entry => entry.address === address))
}
