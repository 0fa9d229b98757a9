import { createSocket } from "node:dgram"
import { once } from "node:events"
import { isIPv6 } from "node:net"
import { monotonicMs } from "../clock.ts"
import type { Server } from "./connect.ts"
import { paced, type Pace } from "./pace.ts"
import { print } from "./report.ts"

/**
 * Sends numbered packets from one socket, `destination(index)` each, and prints what it did. A packet is its label and
 * its number: what the server counts by.
 */
async function send(label: string, server: Server, pace: Pace, destination: (index: number) => string): Promise<void> {
  const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4")
  await once(socket.bind(0, server.from), "listening")
  const startMs = monotonicMs()
  let failed = 0
  const packets: Promise<void>[] = []
  await paced(pace, index => {
    const sent = new Promise<void>(resolve => {
      socket.send(`${label} ${index}`, server.port, destination(index), error => {
        if (error) failed++
        resolve()
      })
    })
    packets.push(sent)
  })
  await Promise.all(packets)
  print({ label, sent: packets.length, failed, tookMs: monotonicMs() - startMs })
  socket.close()
}

/** One flow: every packet from the same port to the same server. */
export function udpStream(label: string, server: Server, pace: Pace): Promise<void> {
  return send(label, server, pace, () => server.address)
}

/** As many flows as packets: each to another address of the crowd of the server's family (topology.ts). */
export function udpFlows(label: string, server: Server, pace: Pace): Promise<void> {
  return send(label, server, pace, isIPv6(server.address) ? crowdAddress6 : crowdAddress)
}

function crowdAddress6(index: number): string {
  return `2001:db8:c::${((index >> 16) + 1).toString(16)}:${(index & 0xffff).toString(16)}`
}

function crowdAddress(index: number): string {
  const host = (index % (2 ** 22 - 2)) + 1
  return `100.${64 + (host >> 16)}.${(host >> 8) & 0xff}.${host & 0xff}`
}
