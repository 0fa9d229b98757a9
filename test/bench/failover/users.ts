import { setTimeout as sleep } from "node:timers/promises"
import { blackhole, carrierLoss, type FaultTime } from "../../../src/lab/faults.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import type { Attempt } from "../../../src/lab/traffic/report.ts"
import { startClient, startServer } from "../../../src/lab/users.ts"
import { twoLinks, withLab } from "../../lab/support/scene.ts"
import { nextDecision } from "./detector.ts"
import { byDefault } from "./evenkeel.ts"

const CLIENT_TIMEOUT_MS = 2000
const SETTLE_MS = 5000
const WITHIN_MS = 30_000

export const faults = { blackhole, "carrier loss": carrierLoss } as const

/** What a client that opens 50 connections a second notices of one failover of the agent's, default settings. */
export interface Notice {
  readonly steeredMs: number
  /** Start of the last connection that failed or needed a retransmission, after the fault; 0: none did. */
  readonly lastHeldMs: number
  readonly lastFailedMs: number
}

export function noticeOf(fault: (lab: Lab, link: string) => Promise<FaultTime>): Promise<Notice> {
  return withLab(twoLinks, async lab => {
    await startServer(lab)
    const decisions$ = await byDefault.start(lab)
    const decided = (isUp: boolean, afterMs: number) =>
      nextDecision(decisions$, { by: byDefault, isUp, afterMs, withinMs: WITHIN_MS })
    await decided(true, 0)
    const client = await startClient(lab, "connects", { rate: 50, timeout: CLIENT_TIMEOUT_MS })
    const attempts: Attempt[] = []
    client.reports$.subscribe(attempt => attempts.push(attempt))
    await sleep(SETTLE_MS + Math.random() * 500)
    const { askedMs } = await fault(lab, "isp1")
    const steered = await decided(false, askedMs)
    await sleep(CLIENT_TIMEOUT_MS + 500)
    const since = attempts.filter(attempt => attempt.startMs >= askedMs)
    const last = (held: (attempt: Attempt) => boolean) =>
      Math.max(0, ...since.filter(held).map(attempt => attempt.startMs - askedMs))
    return {
      steeredMs: steered.atMs - askedMs,
      lastHeldMs: last(attempt => !attempt.ok || attempt.tookMs > 500),
      lastFailedMs: last(attempt => !attempt.ok),
    }
  })
}
