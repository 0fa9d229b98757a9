import type { Paint } from "../format.ts"
import type { Glyphs } from "./glyphs.ts"
import type { Sample } from "./history.ts"

/** One character a sample, the newest at the right; where there are fewer than `width`, blanks at the left. */
export function rttBars(samples: readonly Sample[], width: number, glyphs: Glyphs, paint: Paint): string {
  const shown = samples.slice(-width)
  const highest = Math.max(0, ...shown.map(({ rttMs }) => rttMs ?? 0))
  const bars = shown.map(({ state, rttMs }) => {
    if (state === "down") return paint.red(glyphs.lost)
    if (rttMs === null) return " "
    return colourOf(state, paint)(level(glyphs, rttMs / highest))
  })
  return `${" ".repeat(width - shown.length)}${bars.join("")}`
}

/** The height of the whole is a loss of 100 %. */
export function lossBars(samples: readonly Sample[], width: number, glyphs: Glyphs, paint: Paint): string {
  const shown = samples.slice(-width)
  const bars = shown.map(({ state, loss }) => {
    if (loss === null) return " "
    if (loss === 0) return paint.dim(glyphs.none)
    return (state === "up" ? paint.yellow : paint.red)(level(glyphs, loss))
  })
  return `${" ".repeat(width - shown.length)}${bars.join("")}`
}

function level({ levels }: Glyphs, ratio: number): string {
  const index = Math.ceil(ratio * levels.length) - 1
  return levels[Math.min(levels.length - 1, Math.max(0, index))] ?? ""
}

function colourOf(state: Sample["state"], paint: Paint): (text: string) => string {
  return { up: paint.green, degraded: paint.yellow, unknown: paint.cyan, down: paint.red }[state]
}
