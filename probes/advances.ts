import type { Segment } from "./segment.ts"

/**
 * So many new segments of one connection prove that it gets on. Fewer may still come when what we send is lost: a far end
 * that has room left to speak unasked, and its tail loss probe (RFC 8985, 7). Its retransmissions are nothing new.
 */
const ENOUGH = 3

/** What a segment carries at most on Ethernet: a packet with more is several of them, joined by GRO. */
const SEGMENT_BYTES = 1460

/** Beyond that many connections it begins anew: a bound on memory, not a limit to what it can see. */
const MOST_FLOWS = 4096

interface Flow {
  /** The sequence number that follows what is known of it. */
  next: number
  readonly ack: number
  /** Segments that were new. */
  news: number
}

/**
 * Tells whether a connection gets on: its far end acknowledges what it never acknowledged before, or sends what it never
 * sent before. Both end within a round trip when a line dies in either direction, since each waits for the other; the
 * number of packets does not, since every far end repeats itself for minutes.
 */
export function watchAdvances(): (segment: Segment) => boolean {
  const flows = new Map<string, Flow>()
  return segment => {
    const known = flows.get(segment.flow)
    if (known !== undefined) return goOn(known, segment)
    if (flows.size >= MOST_FLOWS) flows.clear()
    const begun = begin(segment)
    flows.set(segment.flow, begun)
    return begun.news >= ENOUGH
  }
}

/** The first segment seen may be a repeated one. Of a flow that only begins, whoever says more than hello has heard back. */
function begin({ isFirst, seq, length, ack }: Segment): Flow {
  return { next: isFirst ? seq + 1 : seq + length, ack, news: isFirst ? ENOUGH - 1 : Math.max(0, segments(length) - 1) }
}

function goOn(flow: Flow, { seq, length, ack }: Segment): boolean {
  if (isAfter(ack, flow.ack)) return true
  const next = seq + length
  if (!isAfter(next, flow.next)) return false
  flow.news += segments((next - flow.next) | 0)
  flow.next = next
  return flow.news >= ENOUGH
}

function segments(bytes: number): number {
  return Math.ceil(bytes / SEGMENT_BYTES)
}

/** Sequence numbers wrap (RFC 9293, 3.4). */
function isAfter(a: number, b: number): boolean {
  return ((a - b) | 0) > 0
}
