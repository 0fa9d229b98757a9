import Table from "cli-table3"
import colors from "picocolors"
import { duration } from "../core/figures.ts"
import type { LinkStateName } from "../core/link-state.ts"

/** Colours, or nothing in their place. */
export type Paint = ReturnType<typeof colors.createColors>

/** Where a command prints. Colour only where a person looks: on a terminal (and not with NO_COLOR, no-color.org). */
export interface Screen {
  readonly print: (text: string) => void
  readonly warn: (text: string) => void
  readonly colors: Paint
  /** Columns of the terminal; where there is none, lines are as long as they are, for grep. */
  readonly width: number
}

export function openScreen(out = process.stdout, err = process.stderr): Screen {
  out.on("error", endQuietly)
  return {
    print: text => void out.write(`${text}\n`),
    warn: text => void err.write(`${text}\n`),
    // Node leaves isTTY undefined on anything else, which createColors would take for "find out yourself".
    colors: colors.createColors(out.isTTY ? colors.isColorSupported : false),
    width: out.isTTY ? out.columns : Infinity,
  }
}

/** The reader has seen enough, as `head` has. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error
  process.exit()
}

const NO_BORDER = Object.fromEntries(
  [
    ["top", "bottom", "left", "right", "mid"],
    ["top-mid", "top-left", "top-right", "bottom-mid", "bottom-left", "bottom-right"],
    ["left-mid", "mid-mid", "right-mid"],
  ]
    .flat()
    .map(part => [part, ""]),
)

type Alignment = "left" | "right"

/** Aligned columns, two spaces apart, without borders or trailing blanks: one line a row. */
export function columns(
  rows: readonly (readonly string[])[],
  indent = "",
  alignments: readonly Alignment[] = [],
): string {
  const table = new Table({
    chars: { ...NO_BORDER, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: [...alignments],
  })
  table.push(...rows.map(row => [...row]))
  return table
    .toString()
    .split("\n")
    .map(line => `${indent}${line}`.trimEnd())
    .join("\n")
}

/** Words broken into lines of at most `width` characters; a longer word has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split(" ").reduce<string[]>((lines, word) => {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) return [...lines, word]
    return [...lines.slice(0, -1), `${last} ${word}`]
  }, [])
}

/** A colour for each state that is the same everywhere. */
export function paintState(paint: Paint, state: LinkStateName, text: string = state): string {
  const colour = { up: "green", degraded: "yellow", unknown: "cyan", down: "red" } as const
  return paint[colour[state]](text)
}

/** How long ago, in words: `3m20s`, `2h10m`. */
export function ago(time: string, nowMs: number): string {
  return duration(nowMs - Date.parse(time))
}

/** Wall-clock time of this router's own zone, to the second. */
export function clock(time: string): string {
  return new Date(time).toLocaleString("sv-SE")
}
