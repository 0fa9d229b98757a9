import { titleOf, type Detector } from "./detector.ts"
import { evenkeels } from "./evenkeel.ts"
import { keepaliveds } from "./keepalived.ts"
import { lsms } from "./lsm.ts"

const all = [...evenkeels, ...lsms, ...keepaliveds]

export const isOwn = (detector: Detector) => evenkeels.includes(detector)

export interface Choice {
  readonly detectors: readonly Detector[]
  /** Wanted, and impossible here: by their titles. */
  readonly leftOut: readonly string[]
}

/**
 * @param only name of the one detector that is wanted; null: all.
 * @param maySetGroups whether setgroups(2) can be used here.
 * @throws Error when there is none of that name.
 */
export function choose(only: string | null, maySetGroups: boolean): Choice {
  const wanted = all.filter(({ name }) => only === null || name === only)
  if (wanted.length === 0) throw new Error(`there is no detector ${only ?? ""}`)
  const isPossible = ({ setsGroups = false }: Detector) => maySetGroups || !setsGroups
  return {
    detectors: wanted.filter(isPossible),
    leftOut: wanted.filter(detector => !isPossible(detector)).map(titleOf),
  }
}
