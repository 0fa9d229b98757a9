/** `degraded` answers, but badly: it still carries flows. */
export type LinkStateName = "unknown" | "up" | "degraded" | "down"
