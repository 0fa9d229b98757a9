import type { SimulatedLink } from "./link.ts"

export type Verdict = "up" | "degraded" | "down"

/** Told of every change of a verdict, in order; a detector begins with "up". */
export type Tell = (verdict: Verdict, atMs: number) => void

/** Whatever watches a link for this long, from 0, in virtual time. */
export interface Detector {
  readonly name: string
  readonly watch: (link: SimulatedLink, spanMs: number, tell: Tell) => void
}
