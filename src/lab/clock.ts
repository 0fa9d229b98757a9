import { hrtime } from "node:process"

/** Milliseconds of CLOCK_MONOTONIC: one clock for every process of the machine, unlike performance.now(). */
export function monotonicMs(): number {
  return Number(hrtime.bigint()) / 1e6
}
