import uPlot from "uplot"
import { ink, lineStyle, onColoursChanged } from "./palette.ts"
import { timeOfDay } from "./words.ts"

type Values = readonly (number | null)[]

interface ChartTraits {
  readonly height: number
  /** Charts with one key move one cursor. */
  readonly sync: string
  /** Words of a value on the axis. */
  readonly label: (value: number) => string
  /** The axis goes up to this at least. */
  readonly least: number
  readonly most?: number
  readonly hasTimes: boolean
  readonly isStepped: boolean
  /** The step below the cursor; null: it has left. */
  readonly onCursor?: (index: number | null) => void
}

const AXIS_WIDTH = 54
const FONT = "11px system-ui, sans-serif"

/** A chart of the last hour, as wide as its box; lines differ in colour and dashes. */
export interface Chart {
  readonly element: HTMLElement
  draw(times: readonly number[], lines: readonly Values[]): void
  /** Puts the cursor on a step. */
  point(index: number): void
}

export function createChart(traits: ChartTraits): Chart {
  const element = document.createElement("div")
  element.className = "chart"
  let plot: uPlot | null = null
  const fit = () => {
    plot?.setSize({ width: element.clientWidth, height: traits.height })
  }
  new ResizeObserver(fit).observe(element)
  onColoursChanged(() => {
    plot?.redraw()
  })
  return {
    element,
    draw: (times, lines) => {
      const data = [times, ...lines] as unknown as uPlot.AlignedData
      if (plot?.series.length === data.length) {
        plot.setData(data)
        return
      }
      plot?.destroy()
      plot = new uPlot(optionsOf(traits, lines.length, element.clientWidth), data, element)
    },
    point: index => {
      const at = plot?.data[0][index]
      if (plot !== null && at !== undefined) plot.setCursor({ left: plot.valToPos(at, "x"), top: 0 })
    },
  }
}

function optionsOf(traits: ChartTraits, lines: number, width: number): uPlot.Options {
  const { height, sync, isStepped, onCursor } = traits
  return {
    width,
    height,
    ms: 1,
    padding: [6, 8, traits.hasTimes ? 0 : 6, 0],
    legend: { show: false },
    cursor: { sync: { key: sync }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
    scales: { x: { time: true, range: timeRange }, y: { range: (_, __, max) => yRange(max, traits) } },
    axes: [timeAxis(traits.hasTimes), valueAxis(traits.label)],
    series: [{}, ...Array.from({ length: lines }, (_, i) => lineSeries(i, isStepped))],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          onCursor?.(cursor.idx ?? null)
        },
      ],
    },
  }
}

/** A chart that has just begun is not a sliver of an hour. */
const LEAST_SPAN_MS = 300_000

function timeRange(_: uPlot, min: number, max: number): uPlot.Range.MinMax {
  return [Math.min(min, max - LEAST_SPAN_MS), max]
}

function yRange(max: number | null, { least, most = Infinity }: ChartTraits): uPlot.Range.MinMax {
  return [0, Math.min(most, Math.max(least, (max ?? 0) * 1.1))]
}

function timeAxis(isShown: boolean): uPlot.Axis {
  return {
    show: isShown,
    ...drawn(),
    size: 22,
    space: 56,
    values: ({ scales: { x } }, times) => times.map(time => timeLabel(time, x?.min ?? -Infinity, x?.max ?? Infinity)),
  }
}

/** At the very end there is no room for one. */
function timeLabel(timeMs: number, startMs: number, endMs: number): string {
  return endMs - timeMs < (endMs - startMs) / 25 ? "" : timeOfDay(timeMs).slice(0, 5)
}

function valueAxis(label: (value: number) => string): uPlot.Axis {
  return { ...drawn(), size: AXIS_WIDTH, space: 26, values: (_, values) => values.map(label) }
}

function drawn(): uPlot.Axis {
  const grid = { stroke: () => ink("grid"), width: 1 }
  return { stroke: () => ink("quiet"), font: FONT, grid, ticks: { ...grid, size: 4 }, gap: 4 }
}

function lineSeries(index: number, isStepped: boolean): uPlot.Series {
  const { colour, dash } = lineStyle(index)
  return {
    stroke: () => ink(colour),
    width: 1.5,
    dash: [...dash],
    points: { show: false },
    ...(isStepped && uPlot.paths.stepped !== undefined && { paths: uPlot.paths.stepped({ align: 1 }) }),
  }
}
