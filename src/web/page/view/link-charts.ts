import { createChart } from "../chart.ts"
import { el, setAttributeOnce } from "../dom.ts"
import type { History, Measured } from "../history.ts"
import { millis, percent } from "../../../core/figures.ts"
import { timeOfDay } from "../words.ts"

interface Shown {
  readonly times: readonly number[]
  readonly series: readonly Measured[]
}

/** RTT above loss, for each target of a link. `onCursor`: the step that is pointed at; null: none. */
export function linkCharts(link: string, onCursor: (index: number | null) => void) {
  let shown: Shown = { times: [], series: [] }
  const step = (index: number | null) => {
    describe(index)
    onCursor(index)
  }
  const common = { sync: `link-${link}`, isStepped: false }
  const rtt = createChart({ ...common, height: 116, label: axisMillis, least: 10, hasTimes: false, onCursor: step })
  const loss = createChart({
    ...common,
    height: 84,
    label: percent,
    least: 0.1,
    most: 1.02,
    hasTimes: true,
    isStepped: true,
  })
  const nothing = el("p", { class: "empty", text: "Nothing was measured yet: lines appear within seconds." })
  const charts = el(
    "div",
    chartTraits(link, onKey),
    caption("RTT, last hour"),
    rtt.element,
    caption("Loss"),
    loss.element,
  )
  charts.hidden = true

  function describe(index: number | null): void {
    const last = shown.times.length - 1
    setAttributeOnce(charts, "aria-valuemax", String(Math.max(0, last)))
    setAttributeOnce(charts, "aria-valuenow", String(index ?? Math.max(0, last)))
    setAttributeOnce(charts, "aria-valuetext", valueText(shown, index ?? last))
  }

  function onKey(event: KeyboardEvent): void {
    const last = shown.times.length - 1
    const now = Number(charts.getAttribute("aria-valuenow") ?? last)
    const to = stepFor(event.key, now, last)
    if (to === null) return
    event.preventDefault()
    rtt.point(to)
  }

  return {
    element: el("div", {}, charts, nothing),
    draw: ({ times }: Pick<History, "times">, series: readonly Measured[]) => {
      shown = { times, series }
      charts.hidden = series.length === 0
      nothing.hidden = series.length > 0
      if (series.length === 0) return
      rtt.draw(
        times,
        series.map(({ rttMs }) => rttMs),
      )
      loss.draw(
        times,
        series.map(each => each.loss),
      )
      describe(null)
    },
  }
}

function chartTraits(link: string, onKey: (event: KeyboardEvent) => void) {
  return {
    class: "charts",
    role: "slider",
    tabindex: 0,
    "aria-label": `${link}: RTT and loss of the last hour, step by step with the arrow keys`,
    "aria-valuemin": 0,
    on: {
      keydown: (event: Event) => {
        onKey(event as KeyboardEvent)
      },
    },
  }
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -60, PageDown: 60 }

/** Null: that key moves nothing. */
function stepFor(key: string, now: number, last: number): number | null {
  if (key === "Home") return 0
  if (key === "End") return last
  const step = STEPS[key]
  return step === undefined ? null : Math.min(last, Math.max(0, now + step))
}

function valueText({ times, series }: Shown, index: number): string {
  const at = times[index]
  if (at === undefined) return "nothing measured"
  const values = series.map(
    ({ probe, rttMs, loss }) => `${probe} ${millis(rttMs[index] ?? null)}, ${percent(loss[index] ?? null)} lost`,
  )
  return `${timeOfDay(at)}: ${values.join("; ")}`
}

/** Axes are marked at whole values. */
function axisMillis(value: number): string {
  return value < 1000 ? `${value} ms` : `${value / 1000} s`
}

function caption(title: string): HTMLElement {
  return el("p", { class: "caption", text: title })
}
