import { createSocket } from "node:dgram"
import { once } from "node:events"
import { monotonicMs } from "../clock.ts"
import type { Received, SinkReport } from "./report.ts"

/** Takes UDP packets (`LABEL SEQUENCE`) and counts them by label and source address. */
export function udpSink(port: number): { readonly listening: Promise<unknown>; readonly report: () => SinkReport } {
  const counts: Record<string, Record<string, Received>> = {}
  // A burst that comes while this process waits for the processor must fit into the buffer.
  const socket = createSocket({ type: "udp6", recvBufferSize: 4 * 1024 * 1024 })
  socket.on("message", (message, { address }) => {
    const [label = "", seq = ""] = message.toString().split(" ")
    const sources = (counts[label] ??= {})
    const source = plainAddress(address)
    sources[source] = add(sources[source], Number(seq), monotonicMs())
  })
  const listening = once(socket.bind(port, "::"), "listening")
  return { listening, report: () => counts }
}

/** A socket of both families shows an IPv4 address as `::ffff:192.0.2.1` (RFC 4291, 2.5.5.2). */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, "")
}

function add(before: Received | undefined, seq: number, atMs: number): Received {
  const { packets, firstMs, firstSeq } = before ?? { packets: 0, firstMs: atMs, firstSeq: seq }
  return { packets: packets + 1, firstMs, lastMs: atMs, firstSeq, lastSeq: seq }
}
