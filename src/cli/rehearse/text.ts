import { formatDuration } from "../../config/duration.ts"
import type { Config } from "../../core/config.ts"
import type { FaultTime } from "../../lab/faults.ts"
import type { Choice, Job } from "../../lab/rehearse/choose.ts"
import type { Original } from "../../lab/rehearse/copy.ts"
import type { Traffic } from "../../lab/rehearse/report.ts"
import { scenarios } from "../../lab/rehearse/scenarios.ts"
import type { Timed } from "../../lab/timed.ts"
import { millis, percent } from "../../core/figures.ts"
import { columns, type Screen } from "../format.ts"
import { outageOf, type Document, type JudgedRun } from "./document.ts"

export function opening(
  { colors }: Screen,
  { file }: Original,
  { jobs, notes }: Pick<Choice, "jobs" | "notes">,
): string {
  const outages =
    jobs.length === 1 ? "1 outage, in a lab of its own" : `${jobs.length} outages, each in a lab of its own`
  const title = `${colors.bold(`Rehearsing ${file}`)}: ${outages}; nothing of this machine is touched.`
  return [title, ...notes.map(colors.dim), ""].join("\n")
}

/** `  5.2 s  isp1 loses its carrier: detected after 48.0 ms`, as it happens. */
export function noticedLine(
  { colors }: Screen,
  second: number,
  { scenario, struck }: Job,
  noticed: Timed | null,
  { askedMs }: FaultTime,
): string {
  const end = noticed === null ? colors.red("not detected") : `detected after ${millis(noticed.atMs - askedMs)}`
  const who = scenario === "all-down" ? "every link" : struck.join(", ")
  return `${second.toFixed(1).padStart(6)} s  ${who} ${scenarios[scenario].title}: ${end}`
}

const HEAD = ["detected", "steered", "users' outage", "open flows'", "broken", "back", "new flows went to"]
const ALIGNMENTS = ["left", "right", "right", "right", "right", "right", "right", "left"] as const

/** For each link a table, a scenario a line. */
export function tables({ colors }: Screen, config: Config, { runs }: Document): string {
  const rows = config.links.flatMap(({ name }) => {
    const own = runs.filter(run => run.link === name)
    if (own.length === 0) return []
    return [[colors.bold(name), ...HEAD.map(colors.dim)], ...own.map(run => row(colors, run))]
  })
  return columns(rows, "", ALIGNMENTS)
}

function row(colors: Screen["colors"], run: JudgedRun): readonly string[] {
  const mark = run.troubles.length === 0 ? colors.green("✔") : colors.red("✘")
  const name = `${mark} ${run.scenario}`
  if (run.error !== null) return [name, ...HEAD.map(() => "–")]
  const { outage, flows, traffic } = run
  return [
    name,
    millis(run.detectedMs),
    millis(run.steeredMs),
    outageText(outage.newConnectionsMs),
    outageText(outage.openFlowsMs),
    `${flows.broken} of ${flows.onLink}`,
    run.isBackLater ? "later" : millis(run.backMs),
    trafficText(traffic.during),
  ]
}

function outageText(ms: number): string {
  return ms === 0 ? "none" : millis(ms)
}

function trafficText(traffic: Traffic): string {
  if (traffic === null) return "nowhere"
  const used = Object.entries(traffic).filter(([, share]) => share > 0)
  return used.map(([link, share]) => `${link} ${percent(share)}`).join(", ")
}

const LEGEND = [
  "users' outage: the longest time that a user who tries four times a second could open no connection;",
  "open flows': the longest time that an open connection stood still until it went on or was made again.",
  "Where no other link could carry, both count from the moment the line is mended, as `back` does.",
]

export function closing({ colors }: Screen, { runs, tookMs, maxOutageMs }: Document): string {
  const troubles = runs.flatMap(run => run.troubles.map(trouble => `${run.link} ${run.scenario}: ${trouble}`))
  const bad = runs.filter(run => run.troubles.length > 0).length
  const [worst] = runs.filter(({ error }) => error === null).sort((a, b) => outageOf(b) - outageOf(a))
  const longest =
    worst === undefined ? "" : `The longest outage: ${millis(outageOf(worst))} (${worst.link} ${worst.scenario}).`
  const limit = maxOutageMs === null ? "" : ` --max-outage ${formatDuration(maxOutageMs)} was kept.`
  const verdict =
    troubles.length === 0
      ? [`${colors.green(`All as it should be.${limit}`)} ${longest} It took ${millis(tookMs)}.`]
      : [colors.red(`${bad} of ${runs.length} rehearsals did not go as they should:`), ...troubles, longest]
  return [...LEGEND.map(colors.dim), "", ...verdict].join("\n")
}
