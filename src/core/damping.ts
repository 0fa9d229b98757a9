import type { HealthSettings } from "./config.ts"

/**
 * A link that flaps stays out, after RFC 2439: each time it goes down it is charged a penalty of 1, which decays by half
 * every `halfLife`. From `suppress` on it is damped, until the penalty is down to `reuse`. Going down is never delayed.
 */
export interface Damping {
  /** As of `atMs`. */
  readonly penalty: number
  readonly atMs: number
  readonly isDamped: boolean
}

export const CALM: Damping = { penalty: 0, atMs: 0, isDamped: false }

/** So long a link is kept out at most, in half-lives after its last failure: RFC 2439's maximum hold-down. */
const MOST_HALF_LIVES = 3

/** The link has gone down. */
export function charge(damping: Damping, { damping: { halfLifeMs, suppress, reuse } }: HealthSettings, atMs: number) {
  const penalty = Math.min(penaltyAt(damping, halfLifeMs, atMs) + 1, Math.max(suppress, reuse * 2 ** MOST_HALF_LIVES))
  return { penalty, atMs, isDamped: damping.isDamped || penalty >= suppress }
}

/** Ends the damping when its time has come. */
export function relax(damping: Damping, settings: HealthSettings, atMs: number): Damping {
  const isOver = damping.isDamped && atMs >= reuseMs(damping, settings)
  return isOver ? { ...damping, isDamped: false } : damping
}

/** When a damped link may carry again, if it does not go down once more. */
export function reuseMs({ penalty, atMs }: Damping, { damping: { halfLifeMs, reuse } }: HealthSettings): number {
  const halfLives = Math.min(MOST_HALF_LIVES, Math.log2(penalty / reuse))
  return atMs + Math.max(0, halfLifeMs * halfLives)
}

function penaltyAt({ penalty, atMs }: Damping, halfLifeMs: number, nowMs: number): number {
  return penalty * 2 ** (-(nowMs - atMs) / halfLifeMs)
}
