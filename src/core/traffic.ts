import type { HealthSettings } from "./config.ts"
import { silentSinceMs } from "./evidence.ts"
import { judge } from "./health.ts"
import type { LinkHealth } from "./link-health.ts"
import { LATE_MS } from "./rtt.ts"
import { isSerious } from "./suspicion.ts"

/** Users' connections over a link were seen to get on: both ways work. Monotonic milliseconds. */
export interface Traffic {
  readonly kind: "traffic"
  readonly link: string
  readonly atMs: number
}

/**
 * A full queue may delay an answer for as long as it is listened for, and drop some. Beyond twice that time without any,
 * a queue is no explanation: what still moves goes to a cache within the provider's own network, say, and no farther.
 */
export const EXCUSED_MS = 2 * LATE_MS

/** Only what is in doubt is worth listening to, and traffic is no proof that a dead link reaches its targets again. */
export function isOverheard({ state, suspicion, isCalled }: LinkHealth): boolean {
  return state !== "down" && (isCalled || (suspicion !== null && isSerious(suspicion)))
}

/**
 * Congestion is not failure: a saturated line loses and delays probes, but still moves bytes. That settles a suspicion as
 * an answer does; how well the line answers is another matter.
 */
export function onTraffic(link: LinkHealth, { atMs }: Traffic, settings: HealthSettings): LinkHealth {
  if (!isOverheard(link) || atMs - silentSinceMs(link, settings) > EXCUSED_MS) return link
  return judge({ ...link, suspicion: null, movedMs: atMs }, settings, atMs)
}
