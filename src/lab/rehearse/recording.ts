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

/** With no other link to go to, users are cut off by design while the fault lasts: what counts is what comes after it. */
export function outageFromMs({ job, config, fault, mended }: Recording): number {
  const isOther = config.links.some(({ name, weight }) => weight > 0 && !job.struck.includes(name))
  return isOther ? fault.askedMs : mended.doneMs
}
