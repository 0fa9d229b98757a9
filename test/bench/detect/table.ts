import { median, quantile } from "../figures.ts"
import { lordenBound } from "./lorden.ts"
import type { LinkModel } from "./link.ts"
import type { Score } from "./score.ts"

/** One line's block of the table: what each detector made of it. */
export interface Block {
  readonly model: LinkModel
  readonly scores: readonly { readonly detector: string; readonly score: Score }[]
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
  "degraded/year",
  "returns/hour",
  "probes/hour",
] as const

export const LEGEND = `- found: outages or brown-outs noticed while they lasted, of those that began while the detector held the line for sound. An
  outage is noticed by "down", a brown-out by "degraded" or "down".
- median, p99: from the fault to the verdict; probes: sent meanwhile, median.
- false downs/year: "down", said of a line that was delivering at that moment. Unknowable: those of them that were said
  less than a round trip after an outage, when no answer could be back.
- returns/hour: from "down" back to service.
- Lorden's bound: what no detector can better at two probes a second and one false alarm a year.
`

const HOUR_MS = 3_600_000
export const YEAR_MS = 365 * 24 * HOUR_MS

/** A line that loses less than this is sound, to anybody's mind: what a brown-out is told from. */
const SOUND_LOSS = 0.01

export function rowsOf({ model, scores }: Block): readonly (readonly string[])[] {
  const rows = scores.map(({ detector, score }) => row(detector, score))
  return model.spells?.effect.kind === "brown-out" ? [...rows, boundRow(model.spells.effect.loss)] : rows
}

/** The block as a Markdown table, laid out as prettier does. */
export function markdown(block: Block): string {
  const rows = [HEAD, ...rowsOf(block)].map(cells => cells.map(cell => cell.replaceAll("|", "\\|")))
  const widths = HEAD.map((_, column) => Math.max(4, ...rows.map(cells => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  const [head = [], ...body] = rows
  return [`## ${capitalized(block.model.name)}`, "", line(head), line(rule), ...body.map(line), ""].join("\n")
}

function row(detector: string, score: Score): readonly string[] {
  const { delaysMs, delaysProbes, faults, spanMs } = score
  const yearly = (count: number) => whole((count * YEAR_MS) / spanMs)
  const hourly = (count: number) => (count * HOUR_MS) / spanMs
  return [
    detector,
    faults === 0 ? "–" : `${((100 * delaysMs.length) / faults).toFixed(1)} %`,
    seconds(median(delaysMs)),
    seconds(quantile(delaysMs, 0.99)),
    whole(median(delaysProbes)),
    yearly(score.falseDowns),
    yearly(score.unknowable),
    yearly(score.degradations),
    hourly(score.returns).toFixed(2),
    whole(hourly(score.probes)),
  ]
}

/** What no detector can do better, at two probes a second and one false alarm a year. */
function boundRow(loss: number): readonly string[] {
  const probes = lordenBound(SOUND_LOSS, loss, (2 * YEAR_MS) / 1000)
  const name = `Lorden's bound, against ${100 * SOUND_LOSS} % loss`
  return [name, "", seconds((probes / 2) * 1000), "", whole(probes), "1", "", "", "", "7,200"]
}

function seconds(ms: number): string {
  if (Number.isNaN(ms)) return "–"
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

function whole(count: number): string {
  return Number.isNaN(count) ? "–" : Math.round(count).toLocaleString("en")
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
