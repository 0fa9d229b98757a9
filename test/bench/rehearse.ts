/**
 * Rehearses every configuration of test/lab/configs whole, one after another, as a user would, and prints how long that took
 * and what came of it. Exit code 1 when one took longer than a minute, or anything went wrong in it.
 */
import { readdirSync } from "node:fs"
import { millis } from "../../src/core/figures.ts"
import { documentIn, rehearse, type RehearsalDocument } from "../lab/support/rehearsal.ts"
import { printTable } from "./figures.ts"

const FOLDER = "test/lab/configs"
const LONGEST_MS = 60_000

type Run = RehearsalDocument["runs"][number]

const worst = (runs: readonly Run[], of: (run: Run) => number | null) =>
  millis(Math.max(...runs.map(run => of(run) ?? 0)))

const rows: string[][] = []
for (const file of readdirSync(FOLDER)) {
  const startMs = performance.now()
  const { runs, ok } = documentIn(await rehearse(`${FOLDER}/${file}`, "--json"))
  const tookMs = performance.now() - startMs
  const silent = runs.filter(({ scenario }) => scenario === "blackhole")
  rows.push([
    file,
    millis(tookMs),
    String(runs.length),
    worst(silent, run => run.detectedMs),
    worst(silent, run => run.outage.newConnectionsMs),
    String(runs.reduce((sum, { flows }) => sum + flows.brokenElsewhere, 0)),
    runs.flatMap(run => run.troubles.map(trouble => `${run.link} ${run.scenario}: ${trouble}`)).join("; "),
  ])
  if (!ok || tookMs > LONGEST_MS) process.exitCode = 1
}
const head = ["", "took", "outages", "silence detected", "users' outage", "healthy flows broken", "troubles"]
printTable("Every configuration, whole; the worst of its links", head, rows)
