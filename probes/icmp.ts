import { randomInt } from "node:crypto"
import { createSession, DestinationUnreachableError, TimeExceededError } from "net-ping"
import type { RawSocket, Session } from "net-ping"
import { Observable } from "rxjs"
import { concerns, DESTINATION_UNREACHABLE, ECHO_REPLY, TIME_EXCEEDED } from "./icmp-packet.ts"
import { judge } from "./judge.ts"
import { codeOf, systemError } from "./libc.ts"
import type { Pin, Probe, SpecOf } from "./probe.ts"
import { icmpTypes, pinning } from "./socket-options.ts"

/** net-ping's own timeout must never come first: judging silence is not its business. */
const AFTER_ALL_MS = 60_000
const heard = icmpTypes([ECHO_REPLY, DESTINATION_UNREACHABLE, TIME_EXCEEDED])

/** One echo request. Whatever the address asked says to it is an answer; a router's error that quotes it is a refusal. */
export const icmp: Probe<SpecOf<"icmp">> = (pin, { address }, limits) =>
  judge(echo(pin, address, limits.lateMs + AFTER_ALL_MS), limits)

function echo(pin: Pin, address: string, timeoutMs: number): Observable<void> {
  return new Observable(subscriber => {
    const session = attempt("socket", () => createSession({ sessionId: freshId(), retries: 0, timeout: timeoutMs }))
    // This also keeps the session reachable: raw-socket closes the socket of a garbage-collected one without a word.
    subscriber.add(() => session.close())
    const refuse = (error: Error) => {
      if (!isSpurious(error)) subscriber.error(withCode(error, "send"))
    }
    session.on("error", refuse)
    const socket = pinned(session, pin, address)
    session.pingHost(address, error => {
      if (error === null || isOwnRefusal(error, address)) subscriber.next()
      else refuse(error)
    })
    flush(socket)
  })
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

function pinned(session: Session, pin: Pin, address: string): RawSocket {
  const socket = session.getSocket()
  hearOnly(socket, address)
  for (const { level, option, value } of [...pinning(pin), heard]) {
    attempt("setsockopt", () => {
      socket.setOption(level, option, value, value.length)
    })
  }
  return socket
}

/**
 * Puts a filter before net-ping, which would take an echo reply from anyone for an answer. Packets that came in
 * between opening the socket and pinning it meet the filter too.
 */
function hearOnly(socket: RawSocket, address: string): void {
  const listeners = socket.listeners("message")
  socket.removeAllListeners("message")
  socket.on("message", (packet, source) => {
    if (concerns(address, packet, source)) for (const listener of listeners) listener(packet, source)
  })
}

/** The target's own "unreachable" (its firewall forbids echo): the request got there, so the path is proven. */
function isOwnRefusal(error: Error, address: string): boolean {
  return error instanceof DestinationUnreachableError && error.source === address
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

/** raw-socket throws the text of strerror(3) and nothing else. A router's refusal is what the kernel calls EHOSTUNREACH. */
function withCode(error: Error, syscall: string): Error {
  if (error instanceof DestinationUnreachableError || error instanceof TimeExceededError)
    return systemError("EHOSTUNREACH", syscall)
  const code = codeOf(error.message)
  return code === undefined ? error : systemError(code, syscall)
}
