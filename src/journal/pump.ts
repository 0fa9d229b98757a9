import type { Queue } from "./queue.ts"
import type { Step } from "./store.ts"
import type { DropReason, ReportTrouble } from "./trouble.ts"

export interface PumpOptions {
  readonly queue: Queue
  readonly step: Step
  readonly retryMs: number
  readonly report: ReportTrouble
}

/** Moves the queue to the disk in the background: never two steps at once, again after a delay when one fails. */
export interface Pump {
  /** False: closed. */
  add(line: Buffer): boolean
  drop(reason: DropReason): null
  readonly flush: () => Promise<void>
  close(timeoutMs: number): Promise<void>
}

export function createPump({ queue, step, retryMs, report }: PumpOptions): Pump {
  let running: Promise<void> | null = null
  let retry: NodeJS.Timeout | null = null
  let closed = false
  const health = createHealth(report, queue)

  async function drain(): Promise<void> {
    try {
      do await step(queue)
      while (queue.length > 0)
      health.works()
    } catch (error) {
      health.fails(error)
      if (!closed) retry = setTimeout(() => void start(), retryMs).unref()
    }
    running = null // in the same turn as the last look at the queue, so that no event is left lying
  }

  function start(): Promise<void> {
    if (retry !== null) clearTimeout(retry)
    retry = null
    running ??= drain()
    return running
  }

  async function flush(): Promise<void> {
    await running
    await start()
  }

  return {
    add: line => {
      if (closed) return false
      queue.add(line)
      if (retry === null) void start()
      return true
    },
    drop: reason => health.drops(reason),
    flush,
    close: async timeoutMs => {
      closed = true
      await within(timeoutMs, flush())
      if (queue.length > 0) report({ kind: "abandoned", unwritten: queue.length })
    },
  }
}

/** Tells of a failure once, and once when it is over. */
function createHealth(report: ReportTrouble, queue: Queue) {
  let stalled = false
  let dropped = 0
  return {
    fails: (error: unknown) => {
      if (!stalled) report({ kind: "stalled", error: String(error), unwritten: queue.length })
      stalled = true
    },
    drops: (reason: DropReason): null => {
      if (dropped === 0) report({ kind: "dropped", reason, unwritten: queue.length })
      dropped += 1
      return null
    },
    works: () => {
      if (stalled || dropped > 0) report({ kind: "recovered", dropped })
      stalled = false
      dropped = 0
    },
  }
}

/** Resolves when `work` does, after `timeoutMs` at the latest. */
export async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>(resolve => (timer = setTimeout(resolve, timeoutMs)))
  await Promise.race([work, timeout])
  clearTimeout(timer)
}
