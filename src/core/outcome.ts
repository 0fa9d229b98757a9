/**
 * What one probe learned.
 *
 * - `reply`: the target answered, `rttMs` after sending. Null: it answered, but how fast cannot be told, because the
 *   request was sent more than once (Karn's algorithm, RFC 6298 section 3) or this process stood still meanwhile.
 * - `lost`: it did not, and the link or the target is to blame.
 * - `broken`: the prober could not ask (EPERM from a local firewall, ENOBUFS, no descriptor, a stalled process);
 *   this never counts against a link. Source of the distinction: kubernetes pkg/probe.
 */
export type Outcome = Reply | Lost | { readonly kind: "broken"; readonly error: string }

export interface Reply {
  readonly kind: "reply"
  readonly rttMs: number | null
  /**
   * The first request or its answer was lost, and this is the answer to a later one, which the kernel sent by itself: it
   * proves life like any other, and is a loss all the same. `rttMs` is the later one's own.
   */
  readonly resent?: true
}

/** Whether something was lost on the way, also if the target answered in the end. */
export function tellsOfLoss(outcome: Outcome): boolean {
  return outcome.kind === "lost" || (outcome.kind === "reply" && outcome.resent === true)
}

export interface Lost {
  readonly kind: "lost"
  readonly reason: LostReason
  /** What exactly was wrong, in printable ASCII: `HTTP 302 to http://portal.example`. */
  readonly detail?: string
}

/**
 * `timeout`: silence; `unreachable`: a router or this host's routing said no; `interface`: gone or without address; `name`:
 * a name server said that it cannot find the target; `certificate`: the target did not prove to be who it shall be; `answer`:
 * something answers, and not what was asked for, as a captive portal does.
 */
export type LostReason = "timeout" | "unreachable" | "interface" | "name" | "certificate" | "answer"

const WORDS: Readonly<Record<LostReason, string | null>> = {
  timeout: null,
  unreachable: "no way to it",
  interface: "the interface is gone, or has no address",
  name: "its name is not known",
  certificate: "a wrong certificate",
  answer: "a wrong answer",
}

/** For people; null: it is silence, and there is no more to say. */
export function lossWords({ reason, detail }: Lost): string | null {
  return detail ?? WORDS[reason]
}

/** Whether somebody answered, and wrongly. */
export function isWrong({ reason }: Lost): boolean {
  return reason === "answer" || reason === "certificate" || reason === "name"
}

/**
 * One outcome of one probe. A probe that timed out may still be answered: it then yields a second outcome, the late
 * reply, because a slow link is not a dead one, nor is a lossy one. Times are monotonic milliseconds.
 */
export interface ProbeResult {
  readonly kind: "probe"
  readonly link: string
  /** `probeName` of the target. */
  readonly probe: string
  readonly sentMs: number
  readonly atMs: number
  readonly outcome: Outcome
}
