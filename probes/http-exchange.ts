import { request } from "node:http"
import { isIP, type Socket } from "node:net"
import { connect as startTls, type TLSSocket } from "node:tls"
import { Observable } from "rxjs"
import type { HttpSpec } from "../src/core/probe-spec.ts"
import type { Reply } from "../src/core/outcome.ts"
import { isKnown } from "./blame.ts"
import { certificateTrouble } from "./certificate.ts"
import { connect, refusalOf } from "./connection.ts"
import { Failure } from "./failure.ts"
import { examine } from "./http-answer.ts"
import type { Limits, Pin } from "./probe.ts"
import { handshakeOf, replyOf } from "./tcp-info.ts"

/**
 * One GET at this address, over a connection of its own. Emits null when the TCP handshake is over, and when the expected
 * answer is there, what that handshake told: its RTT is the line's own, as a TCP probe would measure it, whereas the time
 * of the whole depends on what the server has to do. Errors as `blame` understands.
 */
export function exchange(pin: Pin, spec: HttpSpec, address: string, limits: Limits): Observable<Reply | null> {
  return new Observable(subscriber => {
    const url = new URL(spec.url)
    const startMs = performance.now()
    const { socket, witness, end } = connect(pin, address, portOf(url))
    subscriber.add(end)
    const fail = (error: Error) => {
      subscriber.error(error)
    }
    let isConnected = false
    const begin = () => {
      isConnected = true
      const reply = replyOf(handshakeOf(witness), performance.now() - startMs, limits)
      subscriber.next(null)
      const done = () => {
        subscriber.next(reply)
      }
      subscriber.add(get(socket, url, spec, done, fail))
    }
    socket.once("connect", orFail(begin, fail))
    socket.on("error", error => {
      const refusal = isConnected ? troubleOf(error, null) : refusalOf(error, witness, address)
      fail(refusal ?? new Failure("answer", "it refuses connections"))
    })
  })
}

function orFail(action: () => void, fail: (error: Error) => void): () => void {
  return () => {
    try {
      action()
    } catch (error) {
      fail(error as Error)
    }
  }
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80)
}

/** @returns what ends it */
function get(socket: Socket, url: URL, spec: HttpSpec, done: () => void, fail: (error: Error) => void): () => void {
  const tls = url.protocol === "https:" ? encrypted(socket, spec.host) : null
  const failed = (error: Error) => {
    fail(troubleOf(error, tls))
  }
  const headers = { host: url.host, "user-agent": "evenkeel", "accept-encoding": "identity", connection: "close" }
  const asked = request({ path: url.pathname + url.search, headers, createConnection: () => tls ?? socket })
  asked.on("error", failed)
  asked.on("response", response => {
    response.on("error", failed)
    examine(response, spec, done, fail)
  })
  asked.end()
  return () => asked.destroy()
}

/** An address is no name to ask for: RFC 6066, 3. */
function encrypted(socket: Socket, host: string): TLSSocket {
  return startTls({ socket, host, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ["http/1.1"] })
}

/** Once the target has spoken, whatever is not the kernel's own trouble is a wrong answer. */
function troubleOf(error: NodeJS.ErrnoException, tls: TLSSocket | null): Error {
  // Node sets it when it has verified, whatever its type says.
  if ((tls?.authorizationError as unknown) != null) return new Failure("certificate", certificateTrouble(error))
  if (isKnown(error)) return error
  if (error.code === "ECONNRESET" || error.code === "EPIPE")
    return new Failure("answer", "it closed the connection before its answer was complete")
  return new Failure("answer", `no good ${error.code?.startsWith("HPE_") ? "HTTP" : "TLS"}: ${error.code ?? ""}`)
}
