import type { HealthSettings } from "./config.ts"
import type { Damping } from "./damping.ts"
import type { Obstacle } from "./facts.ts"
import type { SlowStart } from "./slow-start.ts"

/**
 * The kernel took a link away that was in service: another lease, a session made again, a plug that was moved. Over
 * within `downAfter`, it is no more than a silence of that length: the link is asked at once, and goes on with its first
 * answer, which may take `downAfter` again. It carries new flows then, and counts as proven after `upAfter`.
 */
export interface Interruption {
  readonly by: Obstacle
  /** When it ends by itself: as an outage like any other, or as a link that is proven again. */
  readonly untilMs: number
  /** What the link had when it was taken away. */
  readonly slowStart: SlowStart | null
  readonly damping: Damping
}

type Before = Pick<Interruption, "slowStart" | "damping">

export function interrupt(
  { slowStart, damping }: Before,
  by: Obstacle,
  { downAfterMs }: HealthSettings,
  atMs: number,
): Interruption {
  return { by, untilMs: atMs + downAfterMs, slowStart, damping }
}

/** What it goes on with. A loose plug is a failure, and damped like one; another lease is none. `charged`: by a failure. */
export function resumed({ by, slowStart, damping }: Interruption, charged: Damping): Before {
  return { slowStart, damping: by === "no carrier" ? charged : damping }
}

/** It ends so long after this moment; null: it had ended before. */
export function prolong(interruption: Interruption | null, forMs: number, atMs: number): Interruption | null {
  return interruption === null || hasEnded(interruption, atMs) ? null : { ...interruption, untilMs: atMs + forMs }
}

export function hasEnded({ untilMs }: Interruption, atMs: number): boolean {
  return atMs >= untilMs
}
