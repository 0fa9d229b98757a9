import type { LinkStateName } from "../../core/link-state.ts"

export const STATES: readonly LinkStateName[] = ["unknown", "up", "degraded", "down"]
