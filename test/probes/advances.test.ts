import { describe, expect, it } from "vitest"
import { segmentOf, watchAdvances, type Segment } from "../../probes/advances.ts"

const SYN_ACK = 0x12
const ACK = 0x10
const PSH_ACK = 0x18
const MSS = 1448

interface Packet {
  readonly from?: string
  readonly port?: number
  readonly flags?: number
  readonly seq?: number
  readonly ack?: number
  readonly bytes?: number
  readonly totalLength?: number
  readonly ipOptions?: number
}

/** Headers as packet(7) hands them over: IPv4, then TCP with a timestamp option that is not captured. */
function headers({ from = "203.0.113.7", port = 443, flags = ACK, seq = 0, ack = 0, ...rest }: Packet): Buffer {
  const { bytes = 0, ipOptions = 0 } = rest
  const ihl = 20 + ipOptions
  const packet = Buffer.alloc(ihl + 20)
  packet.writeUInt8(0x40 | (ihl / 4), 0)
  packet.writeUInt16BE(rest.totalLength ?? ihl + 32 + bytes, 2)
  Buffer.from(from.split(".").map(Number)).copy(packet, 12)
  Buffer.from([192, 0, 2, 2]).copy(packet, 16)
  packet.writeUInt16BE(port, ihl)
  packet.writeUInt16BE(40_000, ihl + 2)
  packet.writeUInt32BE(seq, ihl + 4)
  packet.writeUInt32BE(ack, ihl + 8)
  packet.writeUInt8(8 << 4, ihl + 12)
  packet.writeUInt8(flags, ihl + 13)
  return packet
}

/** Whether anything proved itself by the last of these packets, and not before. */
function provenByLast(...packets: readonly Packet[]): boolean {
  const getsOn = watchAdvances()
  const seen = packets.map(packet => getsOn(segmentOf(headers(packet)) as Segment))
  expect(seen.slice(0, -1)).not.toContain(true)
  return seen.at(-1) ?? false
}

describe("a packet's headers", () => {
  it("tell who speaks, from where on, how much, and what was heard", () => {
    const { flow, ...said } = segmentOf(headers({ seq: 7, ack: 9, bytes: 100, ipOptions: 4 })) ?? { flow: "" }
    expect(said).toEqual({ isFirst: false, seq: 7, length: 100, ack: 9 })
    expect(flow).toHaveLength(12)
    expect(segmentOf(headers({ port: 80 }))?.flow).not.toBe(flow)
    expect(segmentOf(headers({ from: "203.0.113.8" }))?.flow).not.toBe(flow)
  })

  it("that bear no length are of several segments", () => {
    expect(segmentOf(headers({ totalLength: 0 }))?.length).toBeGreaterThan(60_000)
  })

  it.each([
    ["a request to connect", { flags: 0x02 }],
    ["a reset", { flags: 0x14 }],
    ["the modem's own web page", { from: "192.168.100.1" }],
    ["a neighbour at 10.0.0.1", { from: "10.0.0.1" }],
    ["a neighbour at 172.31.0.1", { from: "172.31.0.1" }],
    ["a neighbour at 169.254.1.1", { from: "169.254.1.1" }],
  ])("say nothing in the case of %s", (_, packet) => {
    expect(segmentOf(headers(packet))).toBeUndefined()
  })

  it.each(["100.64.0.1", "172.32.0.1", "192.169.0.1"])("of %s are of the internet", from => {
    expect(segmentOf(headers({ from }))).toBeDefined()
  })

  it("that are cut short say nothing", () => {
    const whole = headers({})
    for (let length = 0; length < whole.length; length++) expect(segmentOf(whole.subarray(0, length))).toBeUndefined()
  })
})

describe("a connection", () => {
  it("gets on when its far end acknowledges more than before", () => {
    expect(provenByLast({ ack: 1000 }, { ack: 1000 }, { ack: 2448 })).toBe(true)
  })

  it("gets on when its far end sends three new segments", () => {
    const segment = (i: number) => ({ seq: i * MSS, bytes: MSS })
    expect(provenByLast(segment(0), segment(1), segment(2), segment(3))).toBe(true)
  })

  it("gets on when they come as one packet, joined by GRO", () => {
    expect(provenByLast({ bytes: 10 * MSS })).toBe(true)
  })

  it("gets on when its far end greets and then speaks: it was answered in between", () => {
    expect(provenByLast({ flags: SYN_ACK, seq: 99 }, { flags: PSH_ACK, seq: 100, bytes: 20 })).toBe(true)
    expect(provenByLast({ flags: SYN_ACK, ack: 1 }, { ack: 500 })).toBe(true)
  })

  it("gets on across the end of sequence numbers", () => {
    const segment = (i: number) => ({ seq: (0xffff_ff00 + i * MSS) >>> 0, bytes: MSS })
    expect(provenByLast(segment(0), segment(1), segment(2), segment(3))).toBe(true)
    expect(provenByLast({ ack: 0xffff_ffff }, { ack: 100 })).toBe(true)
  })

  it("does not get on by repeating itself, however often", () => {
    const repeated = { seq: 5000, bytes: MSS, ack: 1 }
    expect(provenByLast(...Array.from({ length: 100 }, () => repeated))).toBe(false)
    const greeting = { flags: SYN_ACK, seq: 99, ack: 1 }
    expect(provenByLast(...Array.from({ length: 100 }, () => greeting))).toBe(false)
  })

  it("does not get on by a tail loss probe and the retransmissions that follow it", () => {
    const tail = { seq: 5000, bytes: MSS }
    const probe = { seq: 5000 + MSS, bytes: MSS }
    const head = { seq: 2000, bytes: MSS }
    expect(provenByLast(tail, probe, head, head, head, probe)).toBe(false)
  })

  it("does not get on by keep-alives, each of which repeats a byte", () => {
    expect(provenByLast({ seq: 500, bytes: 1 }, { seq: 499, bytes: 1 }, { seq: 499 }, { seq: 500 })).toBe(false)
  })

  it("is not helped by the others: a chorus of retransmissions proves nothing", () => {
    const chorus = Array.from({ length: 10_000 }, (_, i) => ({ port: 1 + (i % 5000), seq: 5000, bytes: MSS }))
    expect(provenByLast(...chorus)).toBe(false)
  })
})
