import { getHeapStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const LOOK_MS = 4_000
/** Heap that is held and not used: less is not worth a collection. */
const SPARE_BYTES = 5 * 1024 * 1024
/** Of its time: more than that, and a thread is not quiet. */
const QUIET_RATIO = 0.02
const BUSY_PAUSE_MS = 30_000

/**
 * Gives memory back that a flood left behind. V8 collects when it needs room, and a thread that has gone quiet needs none:
 * what it grew to it would keep for good. A collection takes this thread 20 to 60 ms, and V8's helpers as much, so one that
 * is busy and makes as much garbage again at once is mostly left to V8.
 */
export function giveBackSpareMemory(): void {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  let last = performance.eventLoopUtilization()
  let collectedMs = 0
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    const isBusy = performance.eventLoopUtilization(now, last).utilization > QUIET_RATIO
    last = now
    if (isBusy && performance.now() - collectedMs < BUSY_PAUSE_MS) return
    const { total_physical_size: held, used_heap_size: used } = getHeapStatistics()
    if (held - used < SPARE_BYTES) return
    collect()
    collectedMs = performance.now()
  }, LOOK_MS).unref()
}
