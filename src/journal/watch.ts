import type { FSWatcher } from "node:fs"
import { watch } from "node:fs"

/** Wakes a reader when something may have changed in a directory. */
export interface Changes {
  /** Resolves at the first change since the last call, after `pollMs`, or when the signal aborts. */
  next(): Promise<void>
  close(): void
}

/**
 * inotify is quick but not to be relied on: there may be no directory yet, no free watch (EMFILE, ENOSPC), another
 * directory of the same name by now, or a network file system that is written elsewhere. The poll covers all of these.
 */
export function watchDirectory(directory: string, pollMs: number, signal: AbortSignal): Changes {
  let changed = false
  let wake = () => {}
  const notice = () => {
    changed = true
    wake()
  }
  const watcher = tryWatch(directory, notice)
  signal.addEventListener("abort", notice)

  async function next(): Promise<void> {
    if (!changed && !signal.aborted) await new Promise<void>(resolve => (wake = wakeOnce(resolve, pollMs)))
    changed = false
  }

  function close(): void {
    signal.removeEventListener("abort", notice)
    watcher?.close()
  }
  return { next, close }
}

function wakeOnce(resolve: () => void, pollMs: number): () => void {
  const timer = setTimeout(resolve, pollMs)
  return () => {
    clearTimeout(timer)
    resolve()
  }
}

function tryWatch(directory: string, notice: () => void): FSWatcher | null {
  try {
    return watch(directory, notice).on("error", notice)
  } catch {
    return null // the poll takes over, see above
  }
}
