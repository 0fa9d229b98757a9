import type { Status } from "../../core/status-shape.ts"
import { policyTable } from "../policy-flows-text.ts"
import { heading, peersPart } from "../status-text.ts"
import type { Paint } from "../format.ts"
import { clip } from "./clip.ts"
import type { Glyphs } from "./glyphs.ts"
import { laneRows, type Detail, type Style } from "./lane-rows.ts"
import { lanesOf, type Lane } from "./lanes.ts"
import type { Live } from "./live.ts"
import { splitBar } from "./split-bar.ts"

/** Of the terminal; Infinity where there is none. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Look {
  readonly paint: Paint
  readonly glyphs: Glyphs
  readonly nowMs: number
}

/** Beside a line of bars: its name before it, and the largest value after it. */
const BESIDE_BARS = 20
const LONGEST_BARS = 240
/** Where there is no terminal: the last minute. */
const USUAL_BARS = 60

const DETAILS: readonly Detail[] = ["targets", "history", "row"]

/** `watch` as it fills a terminal of this size: never more lines or columns than it has, and as much as there is room for. */
export function screenText(live: Live, size: Size, look: Look): readonly string[] {
  const { status } = live
  const above = [...troubleLines(live, look), ...heading(status, look.paint, look.nowMs).split("\n"), ""]
  const lanes = lanesOf(live, status)
  const style = styleFor(status, size, look)
  const whole = size.rows - above.length - 1
  const split = fitting([splitLines(live, lanes, size, look)], whole - laneRows(lanes, "row", style).length)
  const room = whole - split.length
  const table = tableFor(lanes, room, style)
  const rest = fitting([policyTable(live.policies, look.paint), peersPart(status, look.paint)], room - table.length)
  const lines = [...cut(table, room, look), ...split, ...rest]
  return [...above, ...lines, ...(size.rows === Infinity ? [] : [look.paint.dim(LEGEND)])]
    .slice(0, size.rows)
    .map(line => clip(line, size.columns))
}

const LEGEND = "q quits  NEW: part of the new flows, in a minute  OPEN: tracked flows"

function styleFor({ pid }: Status, { columns }: Size, { paint, glyphs, nowMs }: Look): Style {
  const barWidth = columns === Infinity ? USUAL_BARS : Math.min(LONGEST_BARS, columns - BESIDE_BARS)
  return { paint, glyphs, nowMs, barWidth, isWatched: pid !== null }
}

/** With the most detail that there is room for. */
function tableFor(lanes: readonly Lane[], room: number, style: Style): readonly string[] {
  const tables = DETAILS.map(detail => laneRows(lanes, detail, style))
  return tables.find(table => table.length <= room) ?? tables.at(-1) ?? []
}

/** Links that nobody sees must not look as if there were none. */
function cut(table: readonly string[], room: number, { paint }: Look): readonly string[] {
  if (table.length <= room) return table
  const shown = Math.max(1, room - 1)
  return [...table.slice(0, shown), paint.yellow(`${table.length - shown} more lines: a higher terminal shows them`)]
}

/** Of these parts, in their order, those that there is room for as a whole. */
function fitting(parts: readonly (readonly string[])[], room: number): readonly string[] {
  return parts.reduce<readonly string[]>((taken, part) => {
    const lines = part.flatMap(text => text.split("\n"))
    return taken.length + lines.length <= room ? [...taken, ...lines] : taken
  }, [])
}

function troubleLines({ trouble }: Live, { paint }: Look): readonly string[] {
  return trouble === null ? [] : [paint.red(`as it was last: ${trouble}`)]
}

const TITLE_WIDTH = 10

/** What the rules ask for, and what was measured; of IPv4, whose flows every router has. */
function splitLines(live: Live, lanes: readonly Lane[], { columns }: Size, { paint }: Look): readonly string[] {
  const width = Math.min(columns, 80) - TITLE_WIDTH
  const own = lanes.filter(({ title, link }) => title === link.name)
  const asked = own.map(({ link, seen }) => ({ name: link.name, ratio: seen.share }))
  const measured = own.map(({ link, measured }) => ({ name: link.name, ratio: measured?.newShare ?? 0 }))
  const line = (title: string, text: string) => `${title.padEnd(TITLE_WIDTH)}${text}`
  const hasAsked = asked.some(({ ratio }) => ratio > 0)
  const hasMeasured = measured.some(({ ratio }) => ratio > 0)
  const nothing = live.flowsTrouble ?? (own[0]?.measured == null ? "counting" : "no new flow")
  return [
    "",
    line("asked", hasAsked ? splitBar(asked, width, paint) : paint.red("no link is given new flows")),
    line("measured", hasMeasured ? splitBar(measured, width, paint) : paint.dim(nothing)),
  ]
}
