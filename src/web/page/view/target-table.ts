import type { FamilyName } from "../../../core/family.ts"
import type { FamilyStatus, LinkStatus, TargetStatus } from "../../../core/status-shape.ts"
import { el, setAttributeOnce, setText } from "../dom.ts"
import { keyOf, type Measured } from "../history.ts"
import { millis, percent } from "../../../core/figures.ts"
import { timeOfDay } from "../words.ts"
import { swatch } from "./swatch.ts"

/** What the table shows: the targets as they are, or, where the charts are pointed at, as they were. */
interface Shown {
  readonly link: LinkStatus
  readonly series: readonly Measured[]
  /** Null: now. */
  readonly at: { readonly index: number; readonly timeMs: number } | null
}

/** The targets of a link; it is the key to its charts too. */
export function targetTable() {
  const rows = new Map<string, ReturnType<typeof targetRow>>()
  const when = heading("Target, now")
  const head = el("tr", {}, when, heading("State"), heading("RTT", "number"), heading("Loss", "number"))
  const body = el("tbody")
  return {
    element: el("table", { class: "targets" }, el("thead", {}, head), body),
    update({ link, series, at }: Shown): void {
      setText(when, at === null ? "Target, now" : `Target, at ${timeOfDay(at.timeMs)}`)
      const targets = new Map(targetsOf(link).map(target => [keyOf({ ...target, link: link.name }), target]))
      for (const [key, { element }] of rows) if (!targets.has(key)) remove(key, element)
      for (const [key, target] of targets) {
        const index = series.findIndex(each => keyOf(each) === key)
        rowOf(key).update(target, index, at === null ? presentOf(target) : valuesAt(series[index], at.index))
      }
    },
  }

  function remove(key: string, element: HTMLElement): void {
    element.remove()
    rows.delete(key)
  }

  function rowOf(key: string): ReturnType<typeof targetRow> {
    const row = rows.get(key) ?? targetRow()
    if (!rows.has(key)) body.append(row.element)
    rows.set(key, row)
    return row
  }
}

function heading(text: string, kind = ""): HTMLElement {
  return el("th", { scope: "col", class: kind, text })
}

type FamilyTarget = TargetStatus & { readonly family: FamilyName }

function targetsOf(link: LinkStatus): readonly FamilyTarget[] {
  const of = (family: FamilyName, { targets }: Pick<FamilyStatus, "targets">) =>
    targets.map(target => ({ ...target, family }))
  return [...of("ipv4", link), ...(link.ipv6 === null ? [] : of("ipv6", link.ipv6))]
}

const MARK: Readonly<Record<TargetStatus["state"], readonly [string, string]>> = {
  answers: ["up", "▲"],
  unknown: ["unknown", "–"],
  wrong: ["down", "▼"],
  silent: ["down", "▼"],
  broken: ["degraded", "◐"],
}

type Values = Pick<TargetStatus, "rttMs" | "loss">

function targetRow() {
  const [line, probe, trouble] = [el("span"), el("span"), el("span", { class: "trouble" })]
  const [mark, word] = [el("span", { "aria-hidden": "true" }), el("span")]
  const [state, rtt, loss] = [el("td", {}, mark, word), el("td", { class: "number" }), el("td", { class: "number" })]
  let drawn = -1
  return {
    element: el("tr", {}, el("th", { scope: "row" }, line, probe, trouble), state, rtt, loss),
    /** `index`: of its line in the charts; -1: it has none. */
    update(target: TargetStatus, index: number, values: Values): void {
      if (index !== drawn) line.replaceChildren(...(index < 0 ? [] : [swatch(index)]))
      drawn = index
      const [colour, shape] = MARK[target.state]
      setAttributeOnce(state, "class", `state ${colour}`)
      setText(mark, `${shape} `)
      setText(word, target.state)
      setText(probe, target.probe)
      setText(trouble, target.trouble ?? "")
      setText(rtt, millis(values.rttMs))
      setText(loss, percent(values.loss))
    },
  }
}

/** How long the way was when it last answered is no measure of now. */
function presentOf({ state, rttMs, loss }: TargetStatus): Values {
  return { rttMs: state === "answers" || state === "wrong" ? rttMs : null, loss }
}

function valuesAt(series: Measured | undefined, index: number): Values {
  return { rttMs: series?.rttMs[index] ?? null, loss: series?.loss[index] ?? null }
}
