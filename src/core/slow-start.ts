import type { HealthSettings } from "./config.ts"

/** A link that has come back and does not carry all of its share yet. */
export interface SlowStart {
  readonly sinceMs: number
  /** Index into `STEPS`. */
  readonly step: number
}

/** What it gets of its share at first: whatever took it down may do so again under load. */
const STEPS = [0.1, 0.5] as const
export const FIRST_SHARE = STEPS[0]

export function beginSlowly(atMs: number): SlowStart {
  return { sinceMs: atMs, step: 0 }
}

/** Null: it carries all of its share. */
export function goOn(start: SlowStart | null, settings: HealthSettings, atMs: number): SlowStart | null {
  if (start === null || atMs < stepEndMs(start, settings)) return start
  const next = { ...start, step: start.step + 1 }
  return next.step < STEPS.length ? goOn(next, settings, atMs) : null
}

/** 0..1. */
export function startShare(start: SlowStart | null): number {
  return start === null ? 1 : (STEPS[start.step] ?? 1)
}

/** When it gets more. All steps together last as long as the proof before them. */
export function stepEndMs({ sinceMs, step }: SlowStart, { upAfterMs }: HealthSettings): number {
  return sinceMs + ((step + 1) * upAfterMs) / STEPS.length
}
