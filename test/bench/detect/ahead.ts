import { median } from "../figures.ts"
import type { Score } from "./score.ts"

/** In what a peer does better than evenkeel on the same line; nothing, if all is well. */
export function aheadIn(peer: Score, own: Score): readonly string[] {
  return [
    ...(found(peer) > found(own) ? ["finds more"] : []),
    ...(median(peer.delaysMs) < median(own.delaysMs) ? ["finds sooner"] : []),
    ...(peer.falseDowns < own.falseDowns ? ["fewer false downs"] : []),
  ]
}

function found({ delaysMs, faults }: Score): number {
  return faults === 0 ? 0 : delaysMs.length / faults
}
