import { writeSync } from "node:fs"
import { openJournal } from "../../src/journal/journal.ts"

/** Appends as fast as it can, in batches of changing size, and prints the last number of each that is on disk. */

const [directory = "."] = process.argv.slice(2)
writeSync(1, "0\n")
const journal = await openJournal({ directory, router: "rtr-a", site: "home", maxBytes: 3000, keep: 1e6 })
for (let batch = 1; ; batch += 1) {
  for (let i = 0; i < batch % 17; i += 1)
    journal.append({ type: "agent.stopped", reason: "x".repeat((batch * i) % 500) })
  await journal.flush()
  writeSync(1, `${journal.lastSeq}\n`)
}
