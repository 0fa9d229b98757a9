import type { HealthSettings } from "./config.ts"
import type { Suspicion } from "./suspicion.ts"
import type { TargetHealth } from "./target.ts"
import { living } from "./targets.ts"

/** A target that cannot tell of the line is asked this seldom: each of its turns delays the notice of a dead link by an interval. */
const OTHER_TURN = 8

interface Asked {
  readonly suspicion: Suspicion | null
  readonly targets: readonly TargetHealth[]
}

/**
 * Whom to ask at this turn, counted from 0: the living targets in rotation, and now and then one that is dead or could not
 * be asked, to see whether that is over. A burst leaves those out: they could confirm nothing.
 */
export function targetToAsk({ suspicion, targets }: Asked, settings: HealthSettings, turn: number): TargetHealth {
  const able = living(targets, settings)
  if (able === targets || able.length === 0) return inTurn(targets, turn)
  if (suspicion !== null) return inTurn(able, turn)
  const others = targets.filter(target => !able.includes(target))
  const [round, step] = [Math.floor(turn / OTHER_TURN), turn % OTHER_TURN]
  return step === 0 ? inTurn(others, round) : inTurn(able, round * (OTHER_TURN - 1) + step - 1)
}

function inTurn(targets: readonly TargetHealth[], turn: number): TargetHealth {
  const target = targets[turn % targets.length]
  if (target === undefined) throw new Error("a link without targets cannot be asked about")
  return target
}
