import { median, spread } from "../figures.ts"
import { titleOf, type Detector } from "./detector.ts"
import type { Outage } from "./outages.ts"
import type { Strip } from "./plot.ts"
import { RATIOS, type Endurance } from "./random-loss.ts"
import type { Notice } from "./users.ts"

export interface Trial {
  readonly detector: Detector
  readonly outages: readonly Outage[]
}

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
const percent = (ratio: number) => `${Math.round(ratio * 100)} %`
const lossy = RATIOS.filter(ratio => ratio > 0)

export function outageTable(trials: readonly Trial[], endurances: readonly Endurance[]): Table {
  return {
    title: "A provider falls silent: from the fault to the detector's decision, and from its end to the next",
    head: ["detector", "packets/s", "down: median", "min", "max", "up again: median"],
    rows: trials.map(({ detector, outages }) => {
      const downs = outages.map(({ downMs }) => downMs)
      const ups = outages.flatMap(({ upMs }) => upMs ?? [])
      const times = [median(downs), Math.min(...downs), Math.max(...downs), median(ups)]
      return [titleOf(detector), packetsPerSecond(detector, endurances), ...times.map(seconds)]
    }),
  }
}

function packetsPerSecond(detector: Detector, endurances: readonly Endurance[]): string {
  return endurances.find(each => each.detector === detector && each.ratio === 0)?.packetsPerSecond.toFixed(1) ?? "–"
}

export function alarmTable(endurances: readonly Endurance[], windowSeconds: number): Table {
  const detectors = [...new Set(endurances.map(({ detector }) => detector))]
  const cell = (endurance: Endurance | undefined) =>
    endurance?.falseDowns ? `${endurance.falseDowns} (${(endurance.downMs / 1000).toFixed(1)} s)` : "0"
  return {
    title: `False alarms in ${windowSeconds} s of random loss (and how long the link was taken for dead)`,
    head: ["detector", ...RATIOS.map(percent)],
    rows: detectors.map(detector => [titleOf(detector), ...of(detector, endurances, RATIOS).map(cell)]),
  }
}

export function noticeRows(fault: string, notices: readonly Notice[]): Table["rows"] {
  const row = (what: string, value: (notice: Notice) => number) => [fault, what, ...spread(notices.map(value))]
  return [
    row("fault → rules committed", notice => notice.steeredMs),
    row("last connection held up began", notice => notice.lastHeldMs),
    row("last connection that failed began", notice => notice.lastFailedMs),
  ]
}

function of(detector: Detector, endurances: readonly Endurance[], ratios: readonly number[]) {
  return ratios.map(ratio => endurances.find(each => each.detector === detector && each.ratio === ratio))
}

export function stripOf({ detector, outages }: Trial, endurances: readonly Endurance[]): Strip {
  const alarms = of(detector, endurances, lossy).flatMap(endurance => endurance?.falseDowns ?? [])
  return {
    title: detector.name,
    subtitle: detector.settings,
    own: detector.name === "evenkeel",
    valuesMs: outages.map(({ downMs }) => downMs),
    notes: [
      seconds(median(outages.map(({ downMs }) => downMs))),
      packetsPerSecond(detector, endurances),
      alarms.join(" / "),
    ],
  }
}

export const notesHead = [
  "median",
  "packets/s",
  `false alarms, ${lossy.map(ratio => Math.round(ratio * 100)).join("/")} % loss`,
]

export function markdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  return [`**${title}**`, "", line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}
