import { mkdir, writeFile } from "node:fs/promises"
import { titleOf, type Detector } from "./detector.ts"
import { plot } from "./plot.ts"
import type { Endurance } from "./random-loss.ts"
import { markdown, notesHead, stripOf, type Table, type Trial } from "./report.ts"

const DIRECTORY = "test/bench/results"

export const CAPTION = `Every repetition has a lab and a detector of its own, just started; the lines answer within a \
millisecond. The peers' times end when their script is called, with the rules still to be rewritten: that flatters them. \
evenkeel's end when the rewritten rules are in force. keepalived counts as up again when it leaves FAULT. Random loss meets \
all detectors at the same time.`

interface Results {
  readonly machine: string
  readonly trials: readonly Trial[]
  readonly endurances: readonly Endurance[]
  readonly tables: readonly Table[]
}

/** Replaces failover.md and failover.svg, for the current directory's checkout. */
export async function writeResults({ machine, trials, endurances, tables }: Results): Promise<void> {
  const repetitions = trials[0]?.outages.length ?? 0
  const legend = {
    title: `From a silent uplink to the decision, ${repetitions} times each`,
    caption: "Each dot is one repetition, the stroke their median; the axis is logarithmic.",
    notes: notesHead,
  }
  const strips = trials.map(trial => stripOf(trial, endurances))
  const text = [
    "# Failover, measured side by side",
    `Written by \`npm run bench:failover -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.`,
    "![Times from a silent uplink to each detector's decision](failover.svg)",
    CAPTION,
    ...tables.map(markdown),
    "## Settings",
    ...trials.map(({ detector }) => settings(detector)),
  ]
  await mkdir(DIRECTORY, { recursive: true })
  await writeFile(`${DIRECTORY}/failover.md`, `${text.join("\n\n")}\n`)
  await writeFile(`${DIRECTORY}/failover.svg`, plot(strips, legend))
}

function settings(detector: Detector): string {
  return `${titleOf(detector)}:\n\n\`\`\`\n${detector.configuration}\n\`\`\``
}
