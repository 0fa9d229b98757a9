import { setTimeout as sleep } from "node:timers/promises"
import { bottleneck, type Queue } from "../../../src/lab/faults.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import type { HoldEvent } from "../../../src/lab/traffic/report.ts"
import { startClient } from "../../../src/lab/users.ts"

/** What waits in front of a line of 5 Mbit/s: a queue that drops early, and one that delays by 1.6 s. */
export const queues = [
  ["of 50 ms", 31_250],
  ["of 1.6 s", 1_000_000],
] as const
export const directions = ["download", "upload"] as const

/** All transfers take isp1, and isp2 stands by: unsqueezed, they would take this machine's whole time there. */
export const standby = { links: { isp2: { tier: 2 } } }

export type Line = Pick<Queue, "direction" | "bytes">

/** Squeezes isp1's line to 5 Mbit/s. */
export function squeeze(lab: Lab, line: Line) {
  return bottleneck(lab, "isp1", { ...line, kbitPerSecond: 5000 })
}

export interface Wave {
  readonly kbitPerSecond: number
  readonly broken: readonly HoldEvent[]
}

/** So many transfers that begin at once and end together: the queue is full within a round trip. */
export async function wave(lab: Lab, { direction }: Line, count: number, forMs: number): Promise<Wave> {
  const { child, reports$ } = await startClient(lab, direction, { count })
  const broken: HoldEvent[] = []
  reports$.subscribe(report => broken.push(report))
  const before = await bytesSent(lab, direction)
  await sleep(forMs)
  const bytes = (await bytesSent(lab, direction)) - before
  child.kill("SIGTERM")
  return { kbitPerSecond: Math.round((bytes * 8) / forMs), broken }
}

async function bytesSent(lab: Lab, direction: Queue["direction"]): Promise<number> {
  const device = direction === "download" ? "lan" : "wan"
  const { stdout } = await lab.exec("isp1", "ip", ["-s", "-j", "link", "show", "dev", device])
  const [link] = JSON.parse(stdout) as readonly { readonly stats64: { readonly tx: { readonly bytes: number } } }[]
  return link?.stats64.tx.bytes ?? NaN
}
