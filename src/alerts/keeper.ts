import { EventEmitter, once } from "node:events"
import type { Kept } from "../core/alerts/kept.ts"

/** What is known of an alert now, and its way to the disk. */
export interface Keeper {
  readonly kept: Kept
  /** Takes another state at once and has it written soon: never two writes at a time, the newest wins. */
  readonly change: (kept: Kept) => void
  /** Resolves when the present state is on disk, or could not be written. */
  readonly flush: () => Promise<void>
  /** Resolves at the next change. @throws AbortError */
  readonly changed: (signal: AbortSignal) => Promise<void>
}

/** A cursor that lags is no loss: what it has not seen is read again, to the same effect. */
const MOST_UNWRITTEN_EVENTS = 100

const RETRY_MS = 10_000

/** `write` may fail: the alert goes on from memory, tries again, and `warn` hears of it once. */
export function createKeeper(first: Kept, write: (kept: Kept) => Promise<void>, warn: (text: string) => void): Keeper {
  const changes = new EventEmitter().setMaxListeners(0)
  let kept = first
  let written: Kept | null = null
  let writing: Promise<void> | null = null
  let hasFailed = false

  let retry: NodeJS.Timeout | undefined

  async function drain(): Promise<void> {
    clearTimeout(retry)
    while (written !== kept && (await isTaken(kept)));
    if (written !== kept) retry = setTimeout(() => void flush(), RETRY_MS).unref()
    writing = null
  }

  async function isTaken(newest: Kept): Promise<boolean> {
    try {
      await write(newest)
      written = newest
      hasFailed = false
      return true
    } catch (error) {
      if (!hasFailed) warn(`what is kept for a restart cannot be written, going on from memory: ${String(error)}`)
      hasFailed = true
      return false
    }
  }

  async function flush(): Promise<void> {
    if (written !== kept) await (writing ??= drain())
  }
  return {
    get kept() {
      return kept
    },
    flush,
    change: next => {
      if (next === kept) return
      kept = next
      if (isWorthWriting(written, next)) void flush()
      changes.emit("change")
    },
    changed: async signal => {
      await once(changes, "change", { signal })
    },
  }
}

function isWorthWriting(written: Kept | null, { state, delivery }: Kept): boolean {
  if (written === null || delivery !== written.delivery) return true
  const before = written.state
  const isSame =
    state.queue === before.queue && state.incidents === before.incidents && state.known.states === before.known.states
  return !isSame || (state.cursor?.seq ?? 0) - (before.cursor?.seq ?? 0) >= MOST_UNWRITTEN_EVENTS
}
