import type { Config } from "../../core/config.ts"
import type { FaultTime } from "../faults.ts"
import type { Timed } from "../timed.ts"
import type { Attempt, HoldEvent } from "../traffic/report.ts"
import type { Job } from "./choose.ts"

/** All that was seen while one job was done. Times are `monotonicMs`. */
export interface Recording {
  readonly job: Job
  readonly config: Config
  /** In the order in which they began, which is also the users' turn. */
  readonly attempts: readonly Attempt[]
  readonly holds: readonly HoldEvent[]
  readonly events: readonly Timed[]
  readonly fault: FaultTime
  readonly mended: FaultTime
  readonly endMs: number
  readonly linkOf: (address: string) => string | null
}

/** With no other link to go to, users are cut off by design while the fault lasts. */
export function hasRefuge({ job, config }: Recording): boolean {
  return config.links.some(({ name, weight }) => weight > 0 && !job.struck.includes(name))
}

/** What counts as an outage from: without a refuge, what comes after the fault. */
export function outageFromMs(recording: Recording): number {
  return hasRefuge(recording) ? recording.fault.askedMs : recording.mended.doneMs
}
