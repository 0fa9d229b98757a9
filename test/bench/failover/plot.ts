import { median } from "../figures.ts"

/** One detector in the plot: a dot for each repetition, and figures at the end of the line. */
export interface Strip {
  readonly title: string
  readonly subtitle: string
  /** Drawn in the colour of what the plot is about. */
  readonly own: boolean
  readonly valuesMs: readonly number[]
  readonly notes: readonly string[]
}

export interface Legend {
  readonly title: string
  readonly caption: string
  /** Over the strips' notes. */
  readonly notes: readonly string[]
}

const WIDTH = 940
const LEFT = 190
const RIGHT = 560
const TOP = 78
const STRIP = 46
const NOTES_X = [635, 710, 920]
const TICKS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]

const STYLE = `
    text { fill: #1f2328 }
    .small { font-size: 12px; fill: #57606a }
    .title { font-weight: bold }
    .grid { stroke: #d0d7de }
    .dot { fill: #9a6700; fill-opacity: 0.6 }
    .own { fill: #0969da }
    .median { stroke: #1f2328; stroke-width: 2 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .small { fill: #9198a1 }
      .grid { stroke: #3d444d }
      .dot { fill: #d29922; fill-opacity: 0.7 }
      .own { fill: #4493f8 }
      .median { stroke: #e6edf3 }
    }
  `

/** A self-contained SVG, on a logarithmic axis: a strip for each detector, from above. */
export function plot(strips: readonly Strip[], { title, caption, notes }: Legend): string {
  const bottom = TOP + strips.length * STRIP
  const ticksMs = ticksFor(strips.flatMap(strip => strip.valuesMs))
  const x = logarithmic(ticksMs)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 56}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="14" role="img" aria-label="${escaped(title)}">
  <style>${STYLE}</style>
  ${text(20, 28, title, "title")}
  ${notes.map((note, i) => text(NOTES_X[i] ?? 0, 58, note, "small", "end")).join("\n  ")}
  ${ticksMs.map(tick => gridLine(x(tick), bottom, tick)).join("\n  ")}
  ${strips.map((strip, i) => drawn(strip, TOP + (i + 0.5) * STRIP, x)).join("\n  ")}
  ${text(20, bottom + 44, caption, "small")}
</svg>
`
}

/** Round numbers from just below the least value to just above the greatest. */
function ticksFor(valuesMs: readonly number[]): readonly number[] {
  const first = TICKS_MS.findLastIndex(tick => tick <= Math.min(...valuesMs))
  const last = TICKS_MS.findIndex(tick => tick >= Math.max(...valuesMs))
  return TICKS_MS.slice(Math.max(0, first), last < 0 ? undefined : last + 1)
}

function logarithmic(ticksMs: readonly number[]): (ms: number) => number {
  const [from, to] = [ticksMs[0] ?? 1, ticksMs.at(-1) ?? 10].map(Math.log) as [number, number]
  return ms => LEFT + ((Math.log(ms) - from) / (to - from || 1)) * (RIGHT - LEFT)
}

function gridLine(x: number, bottom: number, tickMs: number): string {
  return [
    `<line class="grid" x1="${fixed(x)}" y1="${TOP}" x2="${fixed(x)}" y2="${bottom}"/>`,
    text(x, bottom + 18, `${tickMs / 1000} s`, "small", "middle"),
  ].join("")
}

function drawn({ title, subtitle, own, valuesMs, notes }: Strip, y: number, x: (ms: number) => number): string {
  const middle = x(median(valuesMs))
  return [
    text(20, y - 2, title, own ? "title" : ""),
    text(20, y + 14, subtitle, "small"),
    ...valuesMs.map((ms, i) => dot(x(ms), y + scatter(i), own)),
    `<line class="median" x1="${fixed(middle)}" y1="${y - 15}" x2="${fixed(middle)}" y2="${y + 15}"/>`,
    ...notes.map((note, i) => text(NOTES_X[i] ?? 0, y + 5, note, "", "end")),
  ].join("\n  ")
}

const dot = (x: number, y: number, own: boolean) =>
  `<circle class="dot${own ? " own" : ""}" cx="${fixed(x)}" cy="${fixed(y)}" r="4.5"/>`

/** Up and down, so that equal times stay countable: the golden ratio's multiples lie evenly in any number. */
const scatter = (index: number) => (((index * 0.618) % 1) - 0.5) * 18

function text(x: number, y: number, content: string, style: string, anchor = "start"): string {
  const attributes = `x="${fixed(x)}" y="${fixed(y)}"${style && ` class="${style}"`} text-anchor="${anchor}"`
  return `<text ${attributes}>${escaped(content)}</text>`
}

const fixed = (value: number) => value.toFixed(1)

const escaped = (content: string) =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
