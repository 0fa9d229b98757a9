import type { HealthSettings } from "./config.ts"
import type { Suspicion } from "./suspicion.ts"
import { isDead, type TargetHealth } from "./target.ts"

/** A dead target is looked at this seldom: each of its turns delays the notice of a dead link by an interval. */
const DEAD_TARGET_TURN = 8

interface Asked {
  readonly suspicion: Suspicion | null
  readonly targets: readonly TargetHealth[]
}

/**
 * Whom to ask at this turn, counted from 0: the living targets in rotation, and now and then a dead one, to see whether
 * it is back. A burst leaves those out: they could confirm nothing.
 */
export function targetToAsk({ suspicion, targets }: Asked, settings: HealthSettings, turn: number): TargetHealth {
  const dead = targets.filter(target => isDead(target, targets, settings))
  if (dead.length === 0) return inTurn(targets, turn)
  const alive = targets.filter(target => !dead.includes(target))
  if (suspicion !== null) return inTurn(alive, turn)
  const [round, step] = [Math.floor(turn / DEAD_TARGET_TURN), turn % DEAD_TARGET_TURN]
  return step === 0 ? inTurn(dead, round) : inTurn(alive, round * (DEAD_TARGET_TURN - 1) + step - 1)
}

function inTurn(targets: readonly TargetHealth[], turn: number): TargetHealth {
  const target = targets[turn % targets.length]
  if (target === undefined) throw new Error("a link without targets cannot be asked about")
  return target
}
