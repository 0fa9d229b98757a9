import { randomInt } from "node:crypto"
import ping, { type RawSocket, type Session } from "net-ping"
import { Observable } from "rxjs"
import { familyOf, isSameAddress } from "./address.ts"
import { meaningOf, telling, type Echo } from "./icmp-packet.ts"
import { judge } from "./judge.ts"
import { codeOf, systemError, type Family } from "./libc.ts"
import type { Pin, Probe, SpecOf } from "./probe.ts"
import { icmpTypes, pinning } from "./socket-options.ts"

/** net-ping's own timeout must never come first: judging silence is not its business. */
const AFTER_ALL_MS = 60_000

/** One echo request. Whatever the address asked says to it is an answer; a router's error that quotes it is a refusal. */
export const icmp: Probe<SpecOf<"icmp">> = (pin, { address }, limits) =>
  judge(ask(pin, address, limits.lateMs + AFTER_ALL_MS), limits)

function ask(pin: Pin, address: string, timeoutMs: number): Observable<void> {
  return new Observable(subscriber => {
    const echo = { address, id: freshId() }
    const family = familyOf(address)
    const session = attempt("socket", () => open(family, echo, timeoutMs))
    // This also keeps the session reachable: raw-socket closes the socket of a garbage-collected one without a word.
    subscriber.add(() => session.close())
    session.on("error", error => {
      if (!isSpurious(error)) subscriber.error(withCode(error, "recvfrom"))
    })
    const socket = session.getSocket()
    // net-ping takes a reply from anyone, and no error of ICMPv6 for one of its requests. Packets that came in between
    // opening the socket and pinning it are judged like any other.
    socket.removeAllListeners("message").on("message", (packet, source) => {
      const meaning = meaningOf(echo, packet, source)
      if (meaning === undefined) return
      if (meaning === "reply" || isOwnRefusal(source, echo)) subscriber.next()
      else subscriber.error(systemError("EHOSTUNREACH", "send"))
    })
    narrow(socket, pin, family)
    session.pingHost(address, error => {
      if (error !== null) subscriber.error(withCode(error, "send"))
    })
    flush(socket)
  })
}

function open(family: Family, { id }: Echo, timeoutMs: number): Session {
  const networkProtocol = family === 4 ? ping.NetworkProtocol.IPv4 : ping.NetworkProtocol.IPv6
  return ping.createSession({ networkProtocol, sessionId: id, retries: 0, timeout: timeoutMs })
}

function narrow(socket: RawSocket, pin: Pin, family: Family): void {
  for (const { level, option, value } of [...pinning(pin), icmpTypes(family, telling(family))]) {
    attempt("setsockopt", () => {
      socket.setOption(level, option, value, value.length)
    })
  }
}

/**
 * Sends at once what net-ping has queued until the loop next finds the socket writable, which a fresh one always is:
 * the first call sends, the second finds nothing left and stops listening. A turn of the loop less in every RTT.
 */
function flush(socket: RawSocket): void {
  socket.onSendReady()
  socket.onSendReady()
}

/** net-ping takes 0 for "none given" and everything modulo 65535. */
const IDS = 65_534
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
