import type { Reply } from "../src/core/outcome.ts"
import { getOption } from "./libc.ts"
import type { Limits } from "./probe.ts"

/** What the kernel knows of a handshake that has ended: struct tcp_info in linux/tcp.h. */
export interface Handshake {
  /** How often it sent the SYN again. It keeps count also when an RST or an ICMP error ends the attempt. */
  readonly resends: number
  /**
   * From the SYN that was answered to its SYN-ACK; null: unknown. Of a SYN that was sent again only the timestamp that
   * comes back can tell (RFC 7323, 4.1; tcp_ack_update_rtt in net/ipv4/tcp_input.c), and an RST brings none.
   */
  readonly rttMs: number | null
}

const IPPROTO_TCP = 6
const TCP_INFO = 11
/** Offsets of tcpi_rtt, in microseconds, and of tcpi_total_retrans. Fields are only ever added behind them. */
const RTT = 68
const TOTAL_RETRANS = 100

/** @throws SystemError */
export function handshakeOf(fd: number): Handshake {
  const words = new Uint32Array(TOTAL_RETRANS / 4 + 1)
  getOption(fd, IPPROTO_TCP, TCP_INFO, new Uint8Array(words.buffer))
  const rttMs = (words[RTT / 4] ?? 0) / 1000
  return { resends: words[TOTAL_RETRANS / 4] ?? 0, rttMs: rttMs === 0 ? null : rttMs }
}

/**
 * The kernel sends an unanswered SYN again after TCP_TIMEOUT_INIT (RFC 6298, 2.1), and then at other whole seconds: 2, 3, 4
 * with net.ipv4.tcp_syn_linear_timeouts, 3 and 7 without. Its timers are coarse: one of a second may be 80 ms late
 * (kernel/time/timer.c, at HZ=100), and the CPU busy.
 */
const RESEND_MS = 1000
const RESEND_SLACK_MS = 100

/** What an answer tells that came `elapsedMs` after the first SYN. */
export function replyOf({ resends, rttMs }: Handshake, elapsedMs: number, limits: Limits): Reply {
  if (resends === 0) return { kind: "reply", rttMs: isUnread(elapsedMs) ? null : elapsedMs }
  if (rttMs === null || isToLaterSyn(rttMs, elapsedMs)) return { kind: "reply", rttMs, resent: true }
  if (isSynAckResent(rttMs, limits)) return { kind: "reply", rttMs: null, resent: true }
  return { kind: "reply", rttMs: isAmbiguous(rttMs) ? null : rttMs }
}

/** Had it not been there already, the kernel would have sent the SYN again: this process did not read it in time. */
function isUnread(elapsedMs: number): boolean {
  return elapsedMs > RESEND_MS + RESEND_SLACK_MS
}

function isToLaterSyn(rttMs: number, elapsedMs: number): boolean {
  return elapsedMs - rttMs > RESEND_MS / 2
}

/** Just when a SYN is sent again, of a line of which nothing is known or that is given a second: it may be either. */
function isAmbiguous(rttMs: number): boolean {
  return rttMs >= RESEND_MS && rttMs % RESEND_MS <= RESEND_SLACK_MS
}

/**
 * Where the SYN-ACK was lost, a far end may send it again with the timestamp of the first SYN (Linux does: tcp_check_req
 * in net/ipv4/tcp_minisocks.c), as if the line took more than a second. Of a line that is known to take less, and that
 * would have answered the later SYN by now, the loss is the likelier story.
 */
function isSynAckResent(rttMs: number, { timeoutMs }: Limits): boolean {
  return timeoutMs < RESEND_MS && rttMs % RESEND_MS <= timeoutMs + RESEND_SLACK_MS
}
