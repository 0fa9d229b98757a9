import { describe, expect, it } from "vitest"
import { watchAdvances } from "../../probes/advances.ts"
import { segmentOf, type Segment } from "../../probes/segment.ts"
import { headers, type Packet } from "./packets.ts"

const SYN_ACK = 0x12
const PSH_ACK = 0x18
const MSS = 1448

/** Whether anything proved itself by the last of these packets, and not before. */
function provenByLast(...packets: readonly Packet[]): boolean {
  const getsOn = watchAdvances()
  const seen = packets.map(packet => getsOn(segmentOf(headers(packet)) as Segment))
  expect(seen.slice(0, -1)).not.toContain(true)
  return seen.at(-1) ?? false
}

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
