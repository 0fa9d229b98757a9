import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { isIPv6 } from "node:net"
import { monotonicMs } from "../clock.ts"
import type { Server } from "./connect.ts"
import { paced, type Pace } from "./pace.ts"
import { print } from "./report.ts"

/** Packets that leave by one socket. Each is this label and its number: what the server counts by. */
export interface Sender extends Server {
  readonly label: string
  /** Undefined: the kernel's choice. */
  readonly fromPort?: number
}

/**
 * Sends numbered packets, of each sender in turn, to `destination(sender, number)`, and prints what it did under the
 * first one's label.
 */
async function send(
  senders: readonly Sender[],
  { perSecond, count }: Pace,
  destination: (sender: number, number: number) => string,
): Promise<void> {
  const sockets = await Promise.all(senders.map(open))
  const startMs = monotonicMs()
  let failed = 0
  const packets: Promise<void>[] = []
  await paced({ perSecond, count: count * senders.length }, index => {
    const [turn, number] = [index % senders.length, Math.floor(index / senders.length)]
    const { label = "", port = 0 } = senders[turn] ?? {}
    const sent = new Promise<void>(resolve => {
      sockets[turn]?.send(`${label} ${number}`, port, destination(turn, number), error => {
        if (error) failed++
        resolve()
      })
    })
    packets.push(sent)
  })
  await Promise.all(packets)
  print({ label: senders[0]?.label ?? "", sent: packets.length, failed, tookMs: monotonicMs() - startMs })
  for (const socket of sockets) socket.close()
}

async function open({ address, from, fromPort = 0 }: Sender): Promise<Socket> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4")
  await once(socket.bind(fromPort, from), "listening")
  return socket
}

/** One flow: every packet from the same port to the same server. */
export function udpStream(sender: Sender, pace: Pace): Promise<void> {
  return send([sender], pace, () => sender.address)
}

/**
 * As many flows as packets, `pace.count` of each sender: each to another address of the crowd of its server's family
 * (topology.ts), of a /16 (IPv6: /112) that belongs to the sender alone as long as there are fewer than 64.
 */
export function udpFlows(senders: readonly Sender[], pace: Pace): Promise<void> {
  return send(senders, pace, (turn, number) => {
    const inCrowd = isIPv6(senders[turn]?.address ?? "") ? crowdAddress6 : crowdAddress
    return inCrowd((turn << 16) + number)
  })
}

function crowdAddress6(index: number): string {
  return `2001:db8:c::${((index >> 16) + 1).toString(16)}:${(index & 0xffff).toString(16)}`
}

function crowdAddress(index: number): string {
  const host = (index % (2 ** 22 - 2)) + 1
  return `100.${64 + (host >> 16)}.${(host >> 8) & 0xff}.${host & 0xff}`
}
