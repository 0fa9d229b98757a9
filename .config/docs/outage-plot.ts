import type { Outage } from "./outage.ts"
import { rect, svg, text } from "./svg.ts"

const WIDTH = 940
const HEIGHT = 340
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 920, 96, 268]
const BIN_MS = 500
/** One that needed a second SYN took a second longer (RFC 6298). */
const AT_ONCE_MS = 500
const FULL = 60

const STYLE = `
    text { fill: #1f2328 }
    .small { font-size: 12px; fill: #57606a }
    .title { font-weight: bold }
    .grid { fill: #d0d7de }
    .isp1 { fill: #0969da } .isp2 { fill: #bf8700 } .held { fill: #bf8700; fill-opacity: 0.4 } .failed { fill: #cf222e }
    .mark { fill: #57606a }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .small { fill: #9198a1 }
      .grid { fill: #3d444d }
      .isp1 { fill: #4493f8 } .isp2 { fill: #d29922 } .held { fill: #d29922; fill-opacity: 0.4 } .failed { fill: #f85149 }
      .mark { fill: #9198a1 }
    }
  `

const KINDS = [
  ["isp1", "over isp1"],
  ["isp2", "over isp2"],
  ["held", "over isp2, with their second SYN"],
  ["failed", "failed"],
] as const

type Kind = (typeof KINDS)[number][0]

/** New connections a second, by the link that they took and the moment at which they were begun. */
export function outagePlot(outage: Outage, title: string): string {
  const x = (ms: number) => LEFT + ((ms - outage.fromMs) / (outage.toMs - outage.fromMs)) * (RIGHT - LEFT)
  const y = (perSecond: number) => BOTTOM - (perSecond / FULL) * (BOTTOM - TOP)
  const shown = KINDS.filter(([kind]) => outage.attempts.some(attempt => kindOf(attempt) === kind))
  return svg(WIDTH, HEIGHT, title, STYLE, [
    text(20, 28, title, "title"),
    ...[0, 20, 40].flatMap(tick => [
      rect(LEFT, y(tick), RIGHT - LEFT, 1, "grid"),
      text(LEFT - 8, y(tick) + 4, String(tick), "small", "end"),
    ]),
    ...seconds(outage).map(second => text(x(second * 1000), BOTTOM + 20, `${second} s`, "small", "middle")),
    ...bins(outage).flatMap(bin => bar(bin, x, y)),
    ...moments(outage).flatMap(([ms, label], i) => moment(x(ms), label, i)),
    ...legend(shown),
  ])
}

type Attempt = Outage["attempts"][number]

function kindOf({ link, tookMs }: Attempt): Kind {
  if (link === null) return "failed"
  return link === "isp1" ? "isp1" : tookMs > AT_ONCE_MS ? "held" : "isp2"
}

interface Bin {
  readonly fromMs: number
  readonly attempts: readonly Attempt[]
}

/** The fault stands between two of them. */
function bins({ fromMs, toMs, attempts }: Outage): readonly Bin[] {
  const [first, last] = [Math.ceil(fromMs / BIN_MS), Math.floor(toMs / BIN_MS)]
  return Array.from({ length: last - first }, (_, i) => {
    const startMs = (first + i) * BIN_MS
    return {
      fromMs: startMs,
      attempts: attempts.filter(each => each.startMs >= startMs && each.startMs < startMs + BIN_MS),
    }
  })
}

function bar(
  { fromMs, attempts }: Bin,
  x: (ms: number) => number,
  y: (perSecond: number) => number,
): readonly string[] {
  let below = 0
  return KINDS.flatMap(([kind]) => {
    const perSecond = (attempts.filter(attempt => kindOf(attempt) === kind).length * 1000) / BIN_MS
    if (perSecond === 0) return []
    const base = y(below)
    below += perSecond
    return [rect(x(fromMs) + 0.5, y(below), x(fromMs + BIN_MS) - x(fromMs) - 1, base - y(below), kind)]
  })
}

function moments({ healedMs, states }: Outage): readonly (readonly [number, string])[] {
  const said = states.map(({ atMs, link, to }) => [atMs, `${link} is ${to}: ${(atMs / 1000).toFixed(1)} s`] as const)
  const all = [[0, "the provider of isp1 falls silent"] as const, ...said, [healedMs, "mended"] as const]
  return all.sort(([a], [b]) => a - b)
}

/** In turns above each other, so that neighbours do not meet. */
function moment(x: number, label: string, index: number): readonly string[] {
  const top = 50 + (index % 2) * 18
  return [rect(x, top, 1, BOTTOM - top, "mark"), text(x + 5, top + 10, label, "small")]
}

function seconds({ fromMs, toMs }: Outage): readonly number[] {
  const [first, last] = [Math.ceil(fromMs / 5000), Math.floor(toMs / 5000)]
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * 5)
}

/** About as wide as a letter of this size is on average. */
const LETTER = 7

function legend(kinds: readonly (typeof KINDS)[number][]): readonly string[] {
  let x = LEFT
  return kinds.flatMap(([kind, label]) => {
    const left = x
    x += label.length * LETTER + 48
    return [rect(left, BOTTOM + 42, 12, 12, kind), text(left + 18, BOTTOM + 53, label, "small")]
  })
}
