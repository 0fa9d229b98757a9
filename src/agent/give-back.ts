import { getHeapStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const LOOK_MS = 4_000
/** Heap that is held and not used: less is not worth a collection. */
const SPARE_BYTES = 5 * 1024 * 1024

/**
 * Gives memory back that a flood left behind. V8 collects when it needs room, and a thread that has gone quiet needs none:
 * what it grew to it would keep for good. A collection takes this thread some 20 ms.
 */
export function giveBackSpareMemory(): void {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  setInterval(() => {
    const { total_physical_size: held, used_heap_size: used } = getHeapStatistics()
    if (held - used > SPARE_BYTES) collect()
  }, LOOK_MS).unref()
}
