import type { HealthSettings } from "./config.ts"
import { INITIAL_TIMEOUT_MS, timeoutFor } from "./rtt.ts"
import type { TargetHealth } from "./target.ts"

/**
 * How long to wait for this target's answer before missing it. A fixed timeout below what the line is known to take is
 * raised to that: every answer would be late, each time a reason for a burst.
 */
export function answerTimeoutMs(
  target: TargetHealth,
  siblings: readonly TargetHealth[],
  { timeoutMs }: Pick<HealthSettings, "timeoutMs">,
): number {
  const expectedMs = expectedTimeoutMs(target, siblings)
  return timeoutMs === "auto" ? (expectedMs ?? INITIAL_TIMEOUT_MS) : Math.max(timeoutMs, expectedMs ?? 0)
}

/**
 * Null: nothing has been measured. A target that has not answered yet is expected to do as well as the best of its
 * siblings, behind the same line: a link may well die before its first round is over. The first ones measured have waited
 * for this process to get going; and a target that is farther away is late, which takes its miss back.
 */
function expectedTimeoutMs({ roundTrips }: TargetHealth, siblings: readonly TargetHealth[]): number | null {
  if (roundTrips !== null) return timeoutFor(roundTrips)
  const known = siblings.flatMap(sibling => (sibling.roundTrips === null ? [] : [timeoutFor(sibling.roundTrips)]))
  return known.length === 0 ? null : Math.min(...known)
}
