import { setTimeout as sleep } from "node:timers/promises"
import { blackhole, heal } from "../../../src/lab/faults.ts"
import { twoLinks, withLab } from "../../lab/support/scene.ts"
import { nextDecision, type Detector } from "./detector.ts"

/** To know the line's usual answering times. */
const SETTLE_MS = 5000
/** Longer than any detector's period, so that the fault falls into any phase of it. */
const SCATTER_MS = 2000
const DOWN_WITHIN_MS = 60_000
/** lsm needs 95 good ones of its last 100 packets. */
const UP_WITHIN_MS = 180_000

export interface Outage {
  readonly downMs: number
  /** Null: not waited for. */
  readonly upMs: number | null
}

/** One silent blackhole of isp1, in a lab and with a detector of its own: no repetition remembers another. */
export function outage(detector: Detector, untilUp: boolean): Promise<Outage> {
  return withLab(twoLinks, async lab => {
    const decisions$ = await detector.start(lab)
    const decided = async (isUp: boolean, sinceMs: number, withinMs: number) =>
      (await nextDecision(decisions$, { by: detector, isUp, afterMs: sinceMs, withinMs })).atMs - sinceMs
    await decided(true, 0, UP_WITHIN_MS)
    await sleep(SETTLE_MS + Math.random() * SCATTER_MS)
    const fault = await blackhole(lab, "isp1")
    const downMs = await decided(false, fault.askedMs, DOWN_WITHIN_MS)
    const end = await heal(lab, "isp1")
    return { downMs, upMs: untilUp ? await decided(true, end.askedMs, UP_WITHIN_MS) : null }
  })
}
