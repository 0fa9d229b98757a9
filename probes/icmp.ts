import { randomInt } from "node:crypto"
import raw, { type Socket } from "raw-socket"
import { Observable } from "rxjs"
import { familyOf, isSameAddress } from "./address.ts"
import { echoRequest, meaningOf, telling, type Echo } from "./icmp-packet.ts"
import { judge } from "./judge.ts"
import { codeOf, systemError, type Family } from "./libc.ts"
import type { Pin, Probe, SpecOf } from "./probe.ts"
import { icmpTypes, pinning } from "./socket-options.ts"

/** One echo request. Whatever the address asked says to it is an answer; a router's error that quotes it is a refusal. */
export const icmp: Probe<SpecOf<"icmp">> = (pin, { address }, limits) => judge(ask(pin, address), limits)

function ask(pin: Pin, address: string): Observable<void> {
  return new Observable(subscriber => {
    const echo = { address, id: freshId() }
    const family = familyOf(address)
    const socket = attempt("socket", () => open(family))
    // This also keeps the socket reachable: raw-socket closes one that is garbage-collected without a word.
    subscriber.add(() => socket.close())
    socket.on("error", error => {
      if (!isSpurious(error)) subscriber.error(withCode(error, "recvfrom"))
    })
    // Packets that came in between opening the socket and pinning it are judged like any other.
    socket.on("message", (packet, source) => {
      const meaning = meaningOf(echo, packet, source)
      if (meaning === undefined) return
      if (meaning === "reply" || isOwnRefusal(source, echo)) subscriber.next()
      else subscriber.error(systemError("EHOSTUNREACH", "send"))
    })
    narrow(socket, pin, family)
    send(socket, echo, error => {
      subscriber.error(withCode(error, "send"))
    })
  })
}

function open(family: Family): Socket {
  const { AddressFamily, Protocol } = raw
  return raw.createSocket(
    family === 4
      ? { addressFamily: AddressFamily.IPv4, protocol: Protocol.ICMP }
      : { addressFamily: AddressFamily.IPv6, protocol: Protocol.ICMPv6 },
  )
}

function narrow(socket: Socket, pin: Pin, family: Family): void {
  for (const { level, option, value } of [...pinning(pin), icmpTypes(family, telling(family))]) {
    attempt("setsockopt", () => {
      socket.setOption(level, option, value, value.length)
    })
  }
}

/**
 * Sends at once what would be queued until the loop next finds the socket writable, which a fresh one always is: the first
 * call sends, the second finds nothing left and stops listening. A turn of the loop less in every RTT.
 */
function send(socket: Socket, echo: Echo, refused: (error: Error) => void): void {
  const packet = echoRequest(echo)
  // Of ICMPv6 the kernel computes it, since it covers the addresses: RFC 3542, 3.1.
  if (familyOf(echo.address) === 4) raw.writeChecksum(packet, 2, raw.createChecksum(packet))
  socket.send(packet, 0, packet.length, echo.address, error => {
    if (error !== null) refused(error)
  })
  socket.onSendReady()
  socket.onSendReady()
}

const IDS = 65_535
let lastId = randomInt(IDS)

/**
 * Never one that was used lately. Where two modems hand out the same address, an identifier that the other link's probe
 * bore is, to connection tracking, that flow on another interface: MASQUERADE drops it, and sending fails with EPERM.
 */
function freshId(): number {
  lastId = (lastId + 1) % IDS
  return lastId + 1
}

/** The target's own "unreachable" (its firewall forbids echo): the request got there, so the path is proven. */
function isOwnRefusal(source: string, { address }: Echo): boolean {
  return isSameAddress(source, address)
}

/** A wake-up with nothing to read: select(2), BUGS. */
function isSpurious(error: Error): boolean {
  return codeOf(error.message) === "EAGAIN"
}

function attempt<T>(syscall: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw withCode(error as Error, syscall)
  }
}

/** raw-socket throws the text of strerror(3) and nothing else. */
function withCode(error: Error, syscall: string): Error {
  const code = codeOf(error.message)
  return code === undefined ? error : systemError(code, syscall)
}
