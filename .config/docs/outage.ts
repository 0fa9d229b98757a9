import { setTimeout as sleep } from "node:timers/promises"
import { labConfig, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { blackhole, heal } from "../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { timed, type Timed } from "../../src/lab/timed.ts"
import type { Attempt } from "../../src/lab/traffic/report.ts"
import { startClient, startServer } from "../../src/lab/users.ts"

/** What users and the agent saw of one outage of isp1. Times are milliseconds from the fault. */
export interface Outage {
  readonly fromMs: number
  readonly toMs: number
  readonly healedMs: number
  readonly attempts: readonly { readonly startMs: number; readonly tookMs: number; readonly link: string | null }[]
  readonly states: readonly { readonly atMs: number; readonly link: string; readonly to: string }[]
}

const BEFORE_MS = 6000
const DEAD_MS = 10_000
/** Proof, slow start, and a moment of the whole share. */
const AFTER_MS = 24_000

/** Two links, 70 to 30, default settings, 50 new connections a second. */
export async function outage(): Promise<Outage> {
  const lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2" }] })
  try {
    await startServer(lab)
    return await played(lab, await startAgent(lab, labConfig(lab)))
  } finally {
    await lab.dispose()
  }
}

async function played(lab: Lab, agent: LabAgent): Promise<Outage> {
  const [attempts, events]: [Attempt[], Timed[]] = [[], []]
  const watching = agent.events$.subscribe(event => events.push(timed(event)))
  await until(() => events.filter(({ event }) => event.type === "link.state" && event.to === "up").length === 2)
  const client = await startClient(lab, "connects", { rate: 50 })
  client.reports$.subscribe(attempt => attempts.push(attempt))
  await sleep(BEFORE_MS)
  const { askedMs: faultMs } = await blackhole(lab, "isp1")
  await sleep(DEAD_MS)
  const { askedMs: healedMs } = await heal(lab, "isp1")
  await sleep(AFTER_MS)
  watching.unsubscribe()
  return {
    fromMs: Math.min(...attempts.map(({ startMs }) => startMs)) - faultMs,
    toMs: monotonicMs() - faultMs,
    healedMs: healedMs - faultMs,
    attempts: attempts.map(({ startMs: begunMs, tookMs, ok, via }) => ({
      startMs: begunMs - faultMs,
      tookMs,
      link: ok && via !== null ? lab.linkOf(via) : null,
    })),
    states: events.flatMap(({ atMs, event }) =>
      event.type === "link.state" && atMs > faultMs ? [{ atMs: atMs - faultMs, link: event.link, to: event.to }] : [],
    ),
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(50)
}
