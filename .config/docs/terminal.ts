import type { Span } from "./ansi.ts"
import { escaped, fixed, rect, svg } from "./svg.ts"

const CHARACTER = 7.8
const LINE = 18
const MARGIN = 20

const STYLE = `
    .screen { fill: #f6f8fa; stroke: #d0d7de }
    text { font-family: DejaVu Sans Mono, Menlo, Consolas, monospace; font-size: 13px; fill: #1f2328; white-space: pre }
    .bold { font-weight: bold } .dim { fill: #57606a }
    .green { fill: #1a7f37 } .cyan { fill: #0969da } .yellow { fill: #9a6700 } .red { fill: #cf222e }
    .faint { fill-opacity: 0.45 }
    @media (prefers-color-scheme: dark) {
      .screen { fill: #0d1117; stroke: #3d444d }
      text { fill: #e6edf3 }
      .dim { fill: #9198a1 }
      .green { fill: #3fb950 } .cyan { fill: #58a6ff } .yellow { fill: #d29922 } .red { fill: #f85149 }
    }
  `

/** A terminal's screen: every character in its column, whatever font the reader has. */
export function terminal(lines: readonly (readonly Span[])[], title: string): string {
  const columns = Math.max(...lines.map(spans => spans.reduce((sum, { text }) => sum + text.length, 0)))
  const [width, height] = [Math.ceil(columns * CHARACTER) + 2 * MARGIN, lines.length * LINE + 2 * MARGIN]
  const screen = `<rect class="screen" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`
  return svg(width, height, title, STYLE, [screen, ...lines.flatMap((spans, row) => lineOf(spans, row))])
}

function lineOf(spans: readonly Span[], row: number): readonly string[] {
  let column = 0
  return spans.flatMap(pieces).flatMap(span => {
    const place = { x: MARGIN + column * CHARACTER, y: MARGIN + row * LINE }
    column += span.text.length
    return span.text.trim() === "" ? [] : [drawn(span, place)]
  })
}

/** Blocks are drawn, not written: fonts leave gaps between them. And no font has to keep gaps of several spaces. */
function pieces({ text, styles }: Span): readonly Span[] {
  return text.split(/(█+|▒+|^ +| {2,})/).map(piece => ({ text: piece, styles }))
}

function drawn({ text, styles }: Span, { x, y }: { readonly x: number; readonly y: number }): string {
  const width = text.length * CHARACTER
  if (/^[█▒]/.test(text)) {
    const faint = text.startsWith("▒") ? ["faint"] : []
    return rect(x, y + 2, width, LINE - 4, [...styles, ...faint].join(" "))
  }
  const style = styles.length === 0 ? "" : ` class="${styles.join(" ")}"`
  const fit = `textLength="${fixed(width)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve"`
  return `<text${style} x="${fixed(x)}" y="${fixed(y + 13.5)}" ${fit}>${escaped(text)}</text>`
}
