import type { FamilyName } from "./family.ts"
import type { Outcome } from "./outcome.ts"

/**
 * What became of probes. `resent`: answered, after something was lost on the way; `late`: answered after it was counted as
 * lost; `broken`: it could not be sent.
 */
export type Fate = "reply" | "resent" | "late" | "lost" | "broken"

export interface ProbeKey {
  readonly family: FamilyName
  readonly link: string
  readonly probe: string
}

/** The probes of one target over one link in a while. */
export interface Tally extends ProbeKey {
  readonly fates: Readonly<Record<Fate, number>>
  /** Each round trip that was measured, in milliseconds. */
  readonly rttsMs: readonly number[]
}

/** `wasLost`: it was counted as lost before. Null: nothing new, for the loss is confirmed. */
export function fateOf(outcome: Outcome, wasLost: boolean): Fate | null {
  if (outcome.kind !== "reply") return outcome.kind
  if (outcome.resent === true) return wasLost ? null : "resent"
  return wasLost ? "late" : "reply"
}

/** Of the probes that were judged, 0..1; null: none was. */
export function lossOf({ reply, resent, late, lost }: Tally["fates"]): number | null {
  const judged = reply + resent + lost
  return judged === 0 ? null : Math.max(0, lost + resent - late) / judged
}
