import type { Decision } from "./detector.ts"

/** What a detector said of a link that lost packets and never died. */
export interface Alarms {
  readonly falseDowns: number
  readonly downMs: number
}

/** @param changes in their order, of which only those between the two times count. */
export function alarmsIn(changes: readonly Decision[], fromMs: number, toMs: number): Alarms {
  const within = changes.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  const downs = within.map((change, i) => (change.isUp ? 0 : (within[i + 1]?.atMs ?? toMs) - change.atMs))
  return {
    falseDowns: within.filter(change => !change.isUp).length,
    downMs: downs.reduce((sum, ms) => sum + ms, 0),
  }
}
