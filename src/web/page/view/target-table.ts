import type { FamilyStatus, LinkStatus, TargetStatus } from "../../../core/status-shape.ts"
import { el } from "../dom.ts"
import { keyOf, type Measured } from "../history.ts"
import type { FamilyName } from "../../../core/family.ts"
import { millis, percent, timeOfDay } from "../words.ts"
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
  const head = el("tr")
  const body = el("tbody")
  const element = el("table", { class: "targets" }, el("thead", {}, head), body)
  return {
    element,
    update(shown: Shown): void {
      const when = shown.at === null ? "now" : `at ${timeOfDay(shown.at.timeMs)}`
      head.replaceChildren(
        heading(`Target, ${when}`),
        heading("State"),
        heading("RTT", "number"),
        heading("Loss", "number"),
      )
      body.replaceChildren(...targetsOf(shown.link).map(target => row(target, shown)))
    },
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

function row(target: FamilyTarget, { link, series, at }: Shown): HTMLElement {
  const key = keyOf({ link: link.name, family: target.family, probe: target.probe })
  const index = series.findIndex(each => keyOf(each) === key)
  const [colour, mark] = MARK[target.state]
  const values = at === null ? target : valuesAt(series[index], at.index)
  const state = el(
    "td",
    { class: `state ${colour}` },
    el("span", { "aria-hidden": "true", text: `${mark} ` }),
    target.state,
  )
  const name = el(
    "th",
    { scope: "row" },
    index < 0 ? null : swatch(index),
    el("span", { class: "probe", text: target.probe }),
  )
  if (target.trouble !== null) name.append(el("span", { class: "trouble", text: target.trouble }))
  return el("tr", {}, name, state, figure(millis(values.rttMs)), figure(percent(values.loss)))
}

function valuesAt(series: Measured | undefined, index: number): Pick<TargetStatus, "rttMs" | "loss"> {
  return { rttMs: series?.rttMs[index] ?? null, loss: series?.loss[index] ?? null }
}

function figure(text: string): HTMLElement {
  return el("td", { class: "number", text })
}
