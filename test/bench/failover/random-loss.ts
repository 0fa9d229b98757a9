import { setTimeout as sleep } from "node:timers/promises"
import type { Observable } from "rxjs"
import { monotonicMs } from "../../../src/lab/clock.ts"
import { randomLoss } from "../../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../../src/lab/lab.ts"
import { twoLinks } from "../../lab/support/scene.ts"
import { alarmsIn, type Alarms } from "./alarms.ts"
import { changes, nextDecision, type Decision, type Detector } from "./detector.ts"

/** Parts of all round trips over isp1 that are lost; none, to see what a detector sends when all is well. */
export const RATIOS: readonly number[] = [0, 0.02, 0.1, 0.2, 0.3]
const SETTLE_MS = 5000
const UP_WITHIN_MS = 60_000

export interface Endurance extends Alarms {
  readonly detector: Detector
  readonly ratio: number
  /** Sent over isp1, of whatever kind. */
  readonly packetsPerSecond: number
}

interface Stage {
  readonly detector: Detector
  readonly ratio: number
  readonly lab: Lab
  readonly decisions$: Observable<Decision>
}

/** Every detector at every loss, each in a lab of its own, all in the same span of time. */
export async function endure(detectors: readonly Detector[], windowMs: number): Promise<readonly Endurance[]> {
  const labs: Lab[] = []
  try {
    const stages: Stage[] = []
    for (const ratio of RATIOS)
      for (const detector of detectors) {
        const lab = await buildLab(twoLinks)
        labs.push(lab)
        stages.push({ detector, ratio, lab, decisions$: await detector.start(lab) })
      }
    await Promise.all(stages.map(untilUp))
    await sleep(SETTLE_MS)
    return await Promise.all(stages.map(stage => measure(stage, windowMs)))
  } finally {
    await Promise.all(labs.map(lab => lab.dispose()))
  }
}

function untilUp({ detector, decisions$ }: Stage): Promise<Decision> {
  return nextDecision(decisions$, { by: detector, isUp: true, afterMs: 0, withinMs: UP_WITHIN_MS })
}

async function measure({ detector, ratio, lab, decisions$ }: Stage, windowMs: number): Promise<Endurance> {
  const seen: Decision[] = []
  const watching = changes(decisions$).subscribe(change => seen.push(change))
  if (ratio > 0) await randomLoss(lab, "isp1", ratio)
  const fromMs = monotonicMs()
  const before = await packetsSent(lab)
  await sleep(windowMs)
  const toMs = monotonicMs()
  const packetsPerSecond = ((await packetsSent(lab)) - before) / ((toMs - fromMs) / 1000)
  watching.unsubscribe()
  return { detector, ratio, packetsPerSecond, ...alarmsIn(seen, fromMs, toMs) }
}

async function packetsSent(lab: Lab): Promise<number> {
  const { stdout } = await lab.exec("rtr", "ip", ["-j", "-s", "link", "show", "dev", lab.link("isp1").interface])
  const [link] = JSON.parse(stdout) as readonly { readonly stats64: { readonly tx: { readonly packets: number } } }[]
  return link?.stats64.tx.packets ?? NaN
}
