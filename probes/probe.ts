import type { Observable } from "rxjs"
import type { ProbeSpec } from "../src/core/probe-spec.ts"
import type { Outcome } from "../src/core/outcome.ts"

/** The link a probe must leave by: SO_BINDTODEVICE and SO_MARK of its socket. The mark's mask plays no part. */
export interface Pin {
  readonly interface: string
  readonly mark: number
}

/** `timeoutMs`: silence that counts as a loss; `lateMs` >= `timeoutMs`: how long after sending an answer is still heard. */
export interface Limits {
  readonly timeoutMs: number
  readonly lateMs: number
}

/**
 * Asks once, when subscribed to. Never errors, and completes after at most two outcomes: the verdict, and where that
 * verdict was silence or a stall, the late reply. Unsubscribing closes the socket at once.
 *
 * Every probe opens its own socket and closes it: a socket bound to an interface that was deleted and made again, or
 * that changed its address, is stale and stays silent for ever (PPP does so at each reconnect), and no cache of
 * sessions notices that for certain. Opening one costs far less than one lost failover.
 */
export type Probe<S extends ProbeSpec> = (pin: Pin, spec: S, limits: Limits) => Observable<Outcome>

/** The configuration of one kind of probe. */
export type SpecOf<K extends ProbeSpec["kind"]> = Extract<ProbeSpec, { readonly kind: K }>
