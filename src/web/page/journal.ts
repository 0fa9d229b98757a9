import type { JournalEvent } from "../../core/events.ts"

const KEPT_MS = 24 * 3_600_000
const MOST = 5_000

/** Events of the last day, oldest first, each once, however often it was told. */
export interface Journal {
  readonly events: readonly JournalEvent[]
  /** There were more than are kept. */
  readonly truncated: boolean
}

export function withEvents({ events, truncated }: Journal, news: readonly JournalEvent[], nowMs: number): Journal {
  const isNewer = news.every(({ seq }, i) => seq > ((news[i - 1] ?? events.at(-1))?.seq ?? 0))
  const all = isNewer ? [...events, ...news] : merged(events, news)
  const recent = all.filter(({ time }) => nowMs - Date.parse(time) < KEPT_MS)
  return { events: recent.slice(-MOST), truncated: truncated || recent.length > MOST }
}

function merged(events: readonly JournalEvent[], news: readonly JournalEvent[]): readonly JournalEvent[] {
  const bySeq = new Map([...events, ...news].map(event => [event.seq, event]))
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}
