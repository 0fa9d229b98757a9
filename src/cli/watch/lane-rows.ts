import { millis, percent } from "../../core/figures.ts"
import { ago, columns, paintState, type Paint } from "../format.ts"
import { targetState } from "../target-state.ts"
import { inIpv6 } from "../in-ipv6.ts"
import { lossBars, rttBars } from "./bars.ts"
import type { Glyphs } from "./glyphs.ts"
import type { Lane } from "./lanes.ts"

/** How much is said of each link: its row; and its history; and where it leads, and its targets. */
export type Detail = "row" | "history" | "targets"

const head = ["LINK", "STATE", "SHARE", "NEW", "RATE", "OPEN", "LOSS", "RTT", "JITTER"]
const alignments = ["left", "left", ...head.slice(2).map(() => "right" as const)] as const

/** What a lane is shown with. `isWatched`: an agent runs. */
export interface Style {
  readonly paint: Paint
  readonly glyphs: Glyphs
  /** Samples that a line of bars shows; fewer than ten are none. */
  readonly barWidth: number
  readonly nowMs: number
  readonly isWatched: boolean
}

/** A table of all lanes, with lines of each below its row. */
export function laneRows(lanes: readonly Lane[], detail: Detail, style: Style): readonly string[] {
  const rows = [head.map(style.paint.dim), ...lanes.map(lane => cells(lane, style))]
  const lines = columns(rows, "", alignments).split("\n")
  const all = lanes.map(({ link }) => link)
  return lines.flatMap((line, i) => {
    const lane = lanes[i - 1]
    return lane === undefined ? [line] : [line, ...below(lane, all, detail, style).map(text => `  ${text}`)]
  })
}

function cells({ title, link, seen, measured, tracked }: Lane, { paint, nowMs, isWatched }: Style): readonly string[] {
  const flags = `${link.drained ? " drained" : ""}${seen.damped ? " damped" : ""}`
  const since = seen.since === null ? "" : ` ${ago(seen.since, nowMs)}`
  return [
    paint.bold(title),
    `${isWatched ? `${paintState(paint, seen.state)}${since}` : `was ${seen.state}`}${flags}`,
    percent(seen.share),
    percent(measured?.newShare ?? null),
    measured === null ? "–" : `${measured.rate.toFixed(measured.rate < 9.95 ? 1 : 0)}/s`,
    tracked === null ? "–" : String(tracked),
    percent(seen.loss),
    millis(seen.rttMs),
    millis(seen.jitterMs),
  ]
}

function below(lane: Lane, all: readonly Lane["link"][], detail: Detail, style: Style): readonly string[] {
  const { seen } = lane
  const reason = seen.state === "up" || !style.isWatched ? [] : [paintState(style.paint, seen.state, seen.reason)]
  if (detail === "row") return reason
  const history = historyLines(lane, style)
  return detail === "history" ? [...reason, ...history] : [...reason, ...history, ...targetLines(lane, all, style)]
}

const NARROWEST = 10

function historyLines({ samples }: Lane, { paint, glyphs, barWidth }: Style): readonly string[] {
  if (barWidth < NARROWEST) return []
  const shown = samples.slice(-barWidth)
  const most = (values: readonly (number | null)[]) => {
    const measured = values.filter(value => value !== null)
    return measured.length === 0 ? null : Math.max(...measured)
  }
  const [rtt, loss] = [most(shown.map(({ rttMs }) => rttMs)), most(shown.map(({ loss }) => loss))]
  return [
    `rtt  ${rttBars(samples, barWidth, glyphs, paint)}${rtt === null ? "" : `  max ${millis(rtt)}`}`,
    `loss ${lossBars(samples, barWidth, glyphs, paint)}${loss === null ? "" : `  max ${percent(loss)}`}`,
  ]
}

function targetLines({ title, link, seen }: Lane, all: readonly Lane["link"][], { paint }: Style): readonly string[] {
  const family = title === link.name ? all : inIpv6(all)
  const texts = seen.targets.map(target => {
    const state = targetState(target, family)
    const words = state === "answers" ? state : paint.yellow(state)
    return `${target.probe} ${words}${target.trouble === null ? "" : ` (${target.trouble})`}`
  })
  return texts.length === 0 ? [] : [texts.join(", ")]
}
