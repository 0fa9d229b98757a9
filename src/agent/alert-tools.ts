import type { Tools } from "../alerts/alert.ts"
import { followJournal, readJournal } from "../journal/read.ts"
import { run } from "../system/run.ts"

/** What alerts need of this router. `journal`: the directory of the journal that they are about. */
export function alertTools(stateDir: string, journal: string, { tell, warn }: Pick<Tools, "tell" | "warn">): Tools {
  return {
    stateDir,
    journal: {
      read: sinceSeq => readJournal(journal, { sinceSeq }),
      follow: (sinceSeq, signal) => followJournal(journal, { sinceSeq }, signal),
    },
    run,
    tell,
    warn,
  }
}
