import { join } from "node:path"

import type { EventDraft, JournalEvent } from "../core/events.ts"
import type { DecodedLine } from "./line.ts"
import type { ReportTrouble } from "./trouble.ts"

/** Which events a reader wants; what is absent does not narrow. */
export interface JournalFilter {
  /** The first number wanted. */
  readonly sinceSeq?: number | undefined
  /** Begins with the first event at or after this wall-clock time. */
  readonly sinceTime?: Date | undefined
  /** Only events of this link. */
  readonly link?: string | undefined
  readonly types?: readonly EventDraft["type"][] | undefined
  /** Hears of each line that is no event (`corrupt`). */
  readonly onTrouble?: ReportTrouble | undefined
}

/** Sorts lines into wanted events, others, and damage. */
export interface Sieve {
  /** Null: not wanted, or no event. */
  sift(decoded: DecodedLine | null, name: string, line: number): JournalEvent | null
  /** A file is read again from its start: what was seen is not wanted twice. */
  skipSeen(): void
}

export function createSieve(directory: string, filter: JournalFilter): Sieve {
  let next = filter.sinceSeq ?? 1
  let seen = 0
  let count = 0
  const isLateEnough = createTimeGate(filter.sinceTime)

  function reportCorrupt(name: string, line: number): null {
    count += 1
    filter.onTrouble?.({ kind: "corrupt", file: join(directory, name), line, count })
    return null
  }

  return {
    sift: (decoded, name, line) => {
      if (decoded?.event == null) return reportCorrupt(name, line)
      const { seq, event } = decoded
      seen = seq
      return seq >= next && isLateEnough(event) && isOf(event, filter) ? event : null
    },
    skipSeen: () => {
      next = Math.max(next, seen + 1)
    },
  }
}

/** A gate that stays open: when the wall clock is set back, what happened later still comes later in the file. */
function createTimeGate(sinceTime: Date | undefined): (event: JournalEvent) => boolean {
  let open = sinceTime === undefined
  return event => (open ||= sinceTime !== undefined && Date.parse(event.time) >= sinceTime.getTime())
}

function isOf(event: JournalEvent, { link, types }: JournalFilter): boolean {
  if (types !== undefined && !types.includes(event.type)) return false
  return link === undefined || ("link" in event && event.link === link)
}
