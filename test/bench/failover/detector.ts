import { distinctUntilChanged, filter, firstValueFrom, throwError, timeout, type Observable } from "rxjs"
import { monotonicMs } from "../../../src/lab/clock.ts"
import type { Lab } from "../../../src/lab/lab.ts"

/** What a detector makes of the link isp1, and when (`monotonicMs`) it said so. */
export interface Decision {
  readonly atMs: number
  readonly isUp: boolean
}

export interface Detector {
  readonly name: string
  readonly settings: string
  /** What differs from a bare router, in its own configuration's words. */
  readonly configuration: string
  /** Whether it needs setgroups(2), which is denied in an ordinary user's namespaces (user_namespaces(7)). */
  readonly setsGroups?: boolean
  /** Starts watching isp1 of a fresh lab; it ends with the lab. Every subscriber gets the decisions from the first on. */
  readonly start: (lab: Lab) => Promise<Observable<Decision>>
}

export const titleOf = ({ name, settings }: Detector) => `${name}, ${settings}`

/** A time of the wall clock, of a moment ago, on the monotonic one. */
export function fromWallMs(wallMs: number): number {
  return monotonicMs() - (Date.now() - wallMs)
}

/** Some say the same thing several times, as keepalived does by BACKUP and MASTER. */
export function changes(decisions$: Observable<Decision>): Observable<Decision> {
  return decisions$.pipe(distinctUntilChanged((one, other) => one.isUp === other.isUp))
}

interface Wanted {
  readonly by: Detector
  readonly isUp: boolean
  readonly afterMs: number
  readonly withinMs: number
}

/** @throws Error when the decision does not come in time. */
export function nextDecision(decisions$: Observable<Decision>, wanted: Wanted): Promise<Decision> {
  const { by, isUp, afterMs, withinMs } = wanted
  const late = () => new Error(`${titleOf(by)} did not say ${isUp ? "up" : "down"} within ${withinMs / 1000} s`)
  return firstValueFrom(
    changes(decisions$).pipe(
      filter(decision => decision.isUp === isUp && decision.atMs > afterMs),
      timeout({ first: withinMs, with: () => throwError(late) }),
    ),
  )
}
