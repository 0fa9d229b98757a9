import { setTimeout as sleep } from "node:timers/promises"
import { onEvent } from "../core/alerts/alert.ts"
import { clockWasSet, onTime } from "../core/alerts/in-time.ts"
import { type AlertState } from "../core/alerts/state.ts"
import type { Topic } from "../core/alerts/topic.ts"
import { isCutOff } from "../core/alerts/known.ts"
import type { JournalEvent } from "../core/events.ts"
import { createClockGuard } from "./clock-guard.ts"
import type { Keeper } from "./keeper.ts"
import { firstUnseen, type JournalSource } from "./resume.ts"
import type { Waker } from "./waker.ts"

/** Whoever reads the journal for one alert. */
export interface Reader {
  readonly topic: Topic
  readonly keeper: Keeper
  readonly journal: JournalSource
  readonly waker: Waker
  readonly warn: (text: string) => void
}

/** With so many messages waiting no more of the journal is read: what is to be told later can wait there. */
const MOST_WAITING = 50
const RETRY_MS = 5_000
/** The wall clock may be set at any time, so it is looked at. */
const LOOK_MS = 1_000
/** An event is on disk, and read, a moment after its time. */
const LATE_MS = 1_500

/** Follows the journal from where the alert stood, until `signal`. A journal that cannot be read is tried again. */
export async function follow(reader: Reader, signal: AbortSignal): Promise<void> {
  let said = ""
  while (!signal.aborted) {
    await readOn(reader, signal).catch((error: unknown) => {
      if (signal.aborted || String(error) === said) return
      said = String(error)
      reader.warn(`the journal cannot be read, trying again: ${said}`)
    })
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function readOn(reader: Reader, signal: AbortSignal): Promise<void> {
  const { keeper, journal, warn } = reader
  let next = await firstUnseen(journal, keeper.kept.state.cursor, warn)
  const takeAll = async (events: AsyncIterable<JournalEvent>, beforeEach = () => {}) => {
    for await (const event of events) {
      if (signal.aborted) return
      beforeEach()
      next = event.seq + 1
      take(reader, event)
      await room(keeper, signal)
    }
  }
  await takeAll(journal.read(next))
  // Only now is it known that nothing that has lasted too long has ended in the meantime.
  const setBy = createClockGuard()
  const heed = () => {
    heedClock(keeper, setBy())
  }
  const clock = setInterval(() => {
    heed()
    lookAtClock(reader)
  }, LOOK_MS)
  try {
    await takeAll(journal.follow(next, signal), heed)
  } finally {
    clearInterval(clock)
  }
}

function take({ topic, keeper, waker, warn }: Reader, event: JournalEvent): void {
  const { state } = keeper.kept
  const next = understood(topic, state, event, warn)
  if (hasWayOut(topic, state, next, event)) waker.wake()
  keeper.change({ ...keeper.kept, state: next })
}

/** Only the frame of an event is known to be in order: one whose details make no sense is passed over. */
export function understood(
  topic: Topic,
  state: AlertState,
  event: JournalEvent,
  warn: (text: string) => void,
): AlertState {
  try {
    return onEvent(topic, state, event)
  } catch (error) {
    warn(`event ${event.seq} of the journal is not understood, and passed over: ${String(error)}`)
    return { ...state, cursor: { seq: event.seq, time: event.time } }
  }
}

/** With every link of a family down, new flows are first given a link that answers, and later it is called up. */
function hasWayOut({ lines }: Topic, before: AlertState, after: AlertState, { type }: JournalEvent): boolean {
  if (!isCutOff(before.known, lines)) return false
  return type === "weights.applied" || !isCutOff(after.known, lines)
}

function heedClock(keeper: Keeper, setByMs: number): void {
  const { state } = keeper.kept
  if (setByMs !== 0 && state.incidents.length > 0) keeper.change({ ...keeper.kept, state: clockWasSet(state, setByMs) })
}

function lookAtClock({ topic, keeper }: Reader): void {
  const { state } = keeper.kept
  // What stands unread in the journal may have ended what seems to last.
  if (state.queue.length >= MOST_WAITING) return
  const next = onTime(topic, state, Date.now() - LATE_MS)
  if (next !== state) keeper.change({ ...keeper.kept, state: next })
}

async function room(keeper: Keeper, signal: AbortSignal): Promise<void> {
  while (keeper.kept.state.queue.length >= MOST_WAITING) await keeper.changed(signal)
}
