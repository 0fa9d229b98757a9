import { BehaviorSubject } from "rxjs"
import {
  isThere,
  NO_OVERRIDES,
  withOlder,
  withoutOverride,
  type OverrideId,
  type Overrides,
} from "../core/overrides.ts"
import { inTime, type Disk } from "../files/disk.ts"
import { writeOverrides } from "../journal/overrides-file.ts"

/** What holds of all that operators have decided, and its file. */
export interface Decided {
  /** Replays the newest. */
  readonly overrides$: BehaviorSubject<Overrides>
  /** False: what an earlier agent left is not known yet. */
  readonly isAll: () => boolean
  /**
   * Holds at once, whatever becomes of the file; a writing that comes late has the newest. Resolves with words for what went
   * wrong. Nothing is written over what is not known yet.
   */
  readonly change: (next: Overrides) => Promise<string>
  /** The same, without it: it does not come back either when more is known. */
  readonly takeBack: (id: OverrideId) => Promise<string>
  /** What an earlier agent left is known now: the same, with that. */
  readonly complete: (older: Overrides) => Promise<string>
}

/** Whoever gave an order is told in time what became of it: commands wait 2 s for an answer (src/control/client.ts). */
const PATIENCE_MS = 1_000

const NOT_READ_YET =
  "; but a restart may not know of it: what was set by hand before has not been read yet (see the log), and nothing is written over it"

/** `kept`: what an earlier agent left; null: not known yet. */
export function createDecided(kept: Overrides | null, disk: Disk, stateDir: string): Decided {
  const overrides$ = new BehaviorSubject(kept ?? NO_OVERRIDES)
  let isAll = kept !== null
  const takenBack: OverrideId[] = []

  const change = async (next: Overrides): Promise<string> => {
    overrides$.next(next)
    if (!isAll) return NOT_READ_YET
    const writing = inTime(
      disk.inTurn(() => writeOverrides(stateDir, overrides$.value)),
      PATIENCE_MS,
    )
    const trouble = await writing.then(() => null, String)
    return trouble === null ? "" : `; but a restart may not know of it: ${trouble}`
  }
  const takeBack = (id: OverrideId) => {
    // A pin of now may bear the name of one that is not known yet.
    const isNew = id.kind === "pin" && isThere(overrides$.value, id)
    if (!isAll && !isNew) takenBack.push(id)
    return change(withoutOverride(overrides$.value, id))
  }
  const complete = (older: Overrides) => {
    isAll = true
    return change(withOlder(overrides$.value, takenBack.reduce(withoutOverride, older)))
  }
  return { overrides$, isAll: () => isAll, change, takeBack, complete }
}
