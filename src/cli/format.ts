import Table from "cli-table3"
import ms from "ms"
import colors from "picocolors"
import type { LinkStateName } from "../core/events.ts"

/** Where a command prints. Colour only where a person looks: on a terminal (and not with NO_COLOR, no-color.org). */
export interface Screen {
  readonly print: (text: string) => void
  readonly warn: (text: string) => void
  readonly colors: ReturnType<typeof colors.createColors>
}

export function openScreen(out = process.stdout, err = process.stderr): Screen {
  return {
    print: text => void out.write(`${text}\n`),
    warn: text => void err.write(`${text}\n`),
    colors: colors.createColors(out.isTTY && colors.isColorSupported),
  }
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

/** Aligned columns, two spaces apart, without borders or trailing blanks. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string {
  const table = new Table({
    chars: { ...NO_BORDER, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  })
  table.push(...rows.map(row => [...row]))
  return table
    .toString()
    .split("\n")
    .map(line => `${indent}${line}`.trimEnd())
    .join("\n")
}

export function paintState(screen: Screen, state: LinkStateName): string {
  const paint = { up: "green", degraded: "yellow", unknown: "cyan", down: "red" } as const
  return screen.colors[paint[state]](state)
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0)} %`
}

/** `12.3 ms`, `1.5 s`; a dash for what was never measured. */
export function millis(value: number | null): string {
  if (value === null) return "–"
  return value < 1000 ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`
}

/** How long ago, in words: `3m`, `2h`. */
export function ago(time: string, now = Date.now()): string {
  return ms(Math.max(0, now - Date.parse(time)))
}

/** Wall-clock time of this router's own zone, to the second. */
export function clock(time: string): string {
  return new Date(time).toLocaleString("sv-SE")
}
