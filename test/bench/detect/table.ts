import { median, quantile } from "../figures.ts"
import { probesBetweenFalseAlarms } from "./evenkeel.ts"
import { lordenBound } from "./lorden.ts"
import { aheadIn } from "./ahead.ts"
import { markdownTable } from "./markdown.ts"
import type { LinkModel } from "./link.ts"
import type { Score } from "./score.ts"

/** One line's block of the table: what each detector made of it. */
export interface Block {
  readonly model: LinkModel
  readonly own: Entry
  readonly peers: readonly Entry[]
}

interface Entry {
  readonly detector: string
  readonly score: Score
}

/** The columns; what they mean stands in `LEGEND`. */
export const HEAD = [
  "",
  "found",
  "median",
  "p99",
  "probes",
  "false downs/year",
  "unknowable",
  "wrongly out",
  "degraded/year",
  "returns/hour",
  "probes/hour",
] as const

export const LEGEND = `- found: outages or brown-outs noticed while they lasted, of those that began while the detector held the line for sound. An
  outage is noticed by "down", a brown-out by "degraded" or "down".
- median, p99: from the fault to the verdict; probes: sent meanwhile, median.
- false downs/year: "down", said of a line that was delivering at that moment, scaled from the time simulated. Unknowable:
  those of them that were said less than a round trip after an outage, when no answer could be back.
- wrongly out: part of the time in which the line delivered that it spent "down".
- returns/hour: from "down" back to service.
- bufferbloat: a queue full of users' bytes, which evenkeel hears getting on (its peers do not listen).
- Lorden's bound: what no detector can better that calls a line with 1 % loss degraded as rarely as evenkeel does, which is
  less than once in a thousand years, sending as many probes meanwhile; and how many times that evenkeel takes, on average.
`

const HOUR_MS = 3_600_000
export const YEAR_MS = 365 * 24 * HOUR_MS

/** A line that loses less than this is sound, to anybody's mind: what a brown-out is told from. */
const SOUND_LOSS = 0.01

export function rowsOf({ model, own, peers }: Block): readonly (readonly string[])[] {
  const rows = [own, ...peers].map(({ detector, score }) => row(detector, score))
  return model.spells?.effect.kind === "brown-out" ? [...rows, boundRow(model.spells.effect.loss, own.score)] : rows
}

/** Line, peer, and in what it does better there than evenkeel. */
export function aheadRows(blocks: readonly Block[]): readonly (readonly string[])[] {
  return blocks.flatMap(({ model, own, peers }) =>
    peers
      .map(({ detector, score }) => [model.name, detector, aheadIn(score, own.score).join(", ")])
      .filter(([, , what]) => what !== ""),
  )
}

export function blockMarkdown(block: Block): string {
  return `## ${capitalized(block.model.name)}\n\n${markdownTable(HEAD, rowsOf(block), "right")}`
}

export function aheadMarkdown(blocks: readonly Block[]): string {
  return `## Where a peer is ahead\n\n${markdownTable(["line", "peer", "in what"], aheadRows(blocks), "left")}`
}

function row(detector: string, score: Score): readonly string[] {
  const { delaysMs, delaysProbes, faults, spanMs } = score
  const yearly = (count: number) => whole((count * YEAR_MS) / spanMs)
  const hourly = (count: number) => (count * HOUR_MS) / spanMs
  return [
    detector,
    faults === 0 ? "–" : percent(delaysMs.length / faults),
    seconds(median(delaysMs)),
    seconds(quantile(delaysMs, 0.99)),
    whole(median(delaysProbes)),
    yearly(score.falseDowns),
    yearly(score.unknowable),
    percent(score.wronglyOut),
    yearly(score.degradations),
    hourly(score.returns).toFixed(2),
    whole(hourly(score.probes)),
  ]
}

function boundRow(loss: number, { delaysProbes }: Score): readonly string[] {
  const probes = lordenBound(SOUND_LOSS, loss, probesBetweenFalseAlarms(SOUND_LOSS))
  const mean = delaysProbes.reduce((sum, probes) => sum + probes, 0) / delaysProbes.length
  const name =
    delaysProbes.length === 0 ? "Lorden's bound" : `Lorden's bound; evenkeel: ${(mean / probes).toFixed(2)} ×`
  return [name, "", "", "", whole(probes), "", "", "", "", "", ""]
}

function seconds(ms: number): string {
  if (Number.isNaN(ms)) return "–"
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}

function whole(count: number): string {
  return Number.isNaN(count) ? "–" : Math.round(count).toLocaleString("en")
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
