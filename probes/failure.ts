import type { LostReason } from "../src/core/outcome.ts"

const LONGEST_DETAIL = 120

/** What a target, or somebody in its place, answered wrongly: counts against the link, and says how. */
export class Failure extends Error {
  readonly reason: LostReason

  /** @param detail may hold what strangers sent */
  constructor(reason: LostReason, detail: string) {
    super(detail.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, LONGEST_DETAIL))
    this.reason = reason
  }
}
