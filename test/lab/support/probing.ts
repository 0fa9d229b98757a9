import { once } from "node:events"
import { createServer, type RequestListener, type Server } from "node:http"
import { createSocket, type Socket } from "node:dgram"
import { readdirSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { decode, encode, AUTHORITATIVE_ANSWER, type Answer, type Question } from "dns-packet"
import { lastValueFrom, toArray } from "rxjs"
import { expect } from "vitest"
import { probe, type Limits, type Pin } from "../../../probes/index.ts"
import type { DnsSpec, HttpSpec, ProbeSpec } from "../../../src/core/probe-spec.ts"
import type { Outcome } from "../../../src/core/outcome.ts"
import { run } from "../twin-isps.ts"

/** Servers of this process, at addresses that might be anybody's, asked over loopback. */
export const loopback: Pin = { interface: "lo", mark: 0x5103 }
export const patient: Limits = { timeoutMs: 1_000, lateMs: 3_000 }

export function outcomes(spec: ProbeSpec, limits = patient, pin = loopback): Promise<readonly Outcome[]> {
  return lastValueFrom(probe(pin, spec, limits).pipe(toArray()))
}

export const reply = [{ kind: "reply", rttMs: expect.any(Number) as number }]
export const lost = (reason: string, detail?: string | RegExp) => [
  {
    kind: "lost",
    reason,
    ...(detail !== undefined && { detail: expect.stringMatching(detail) as string }),
  },
]
export const broken = (words: RegExp) => [{ kind: "broken", error: expect.stringMatching(words) as string }]

export const descriptors = () => readdirSync("/proc/self/fd").length

/** Puts these addresses on loopback. @returns what takes them away */
export function appear(...addresses: readonly string[]): () => void {
  const withLength = (address: string) => (address.includes(":") ? `${address}/128 nodad` : `${address}/32`)
  for (const address of addresses) run(`ip addr add ${withLength(address)} dev lo`)
  return () => {
    for (const address of addresses) run(`ip addr del ${withLength(address).replace(" nodad", "")} dev lo`)
  }
}

const everyHttp = { kind: "http", expect: null, body: null, resolver: null } as const

export function httpSpec(url: string, more: Partial<HttpSpec> = {}): HttpSpec {
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, "")
  return { ...everyHttp, url, host, family: host.includes(":") ? 6 : 4, ...more }
}

export function dnsSpec(address: string, port: number, more: Partial<DnsSpec> = {}): DnsSpec {
  return { kind: "dns", address, port, name: "example.com", type: "A", answer: null, ...more }
}

export async function webServer(address: string, listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener).listen(0, address)
  await once(server, "listening")
  return { server, port: (server.address() as AddressInfo).port }
}

type Say = (message: Buffer) => void

export interface NameServerFake {
  readonly socket: Socket
  readonly port: number
}

/** A real name server that says what `respond` makes up. */
export async function nameServer(address: string, respond: (query: Buffer, say: Say) => void): Promise<NameServerFake> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4")
  socket.on("message", (query, { address: peer, port }) => {
    respond(query, message => {
      socket.send(message, port, peer)
    })
  })
  await once(socket.bind(0, address), "listening")
  return { socket, port: socket.address().port }
}

/** An answer to the query with these records; `rcode` as in RFC 1035, 4.1.1. */
export function answerTo(
  query: Buffer,
  answers: Answer[],
  rcode = 0,
  changes: { id?: number; questions?: Question[] } = {},
): Buffer {
  const { id, questions } = decode(query)
  return encode({ type: "response", id, flags: AUTHORITATIVE_ANSWER | rcode, questions, answers, ...changes })
}

export const record = (data: string, ttl = 60): Answer => ({
  type: data.includes(":") ? "AAAA" : "A",
  name: "example.com",
  ttl,
  data,
})
