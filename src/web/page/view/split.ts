import type { LinkStatus, Status } from "../../../core/status-shape.ts"
import type { History } from "../history.ts"
import { el, setAttributeOnce, setText } from "../dom.ts"
import { percent } from "../../../core/figures.ts"
import { shareChart } from "./share-chart.ts"

interface Row {
  readonly element: HTMLElement
  update(link: LinkStatus, byWeight: number, by: string): void
}

/** Where new flows go now, as bars, with a mark where the weights would have them. */
export function splitPanel(root: HTMLElement) {
  const rows = new Map<string, Row>()
  const list = el("ul", { class: "split" })
  const meaning = el("span")
  const chart = shareChart()
  root.append(list, el("p", { class: "quiet legend" }, barKey(), " now   ", markKey(), meaning), chart.element)
  return {
    update({ links, overrides }: Status): void {
      const by = overrides.some(({ kind }) => kind === "weight") ? "by hand" : "configured"
      setText(meaning, ` ${by}, if all links were up`)
      for (const [name, row] of rows) if (!links.some(link => link.name === name)) remove(rows, name, row)
      for (const link of links) rowOf(rows, list, link.name).update(link, shareByWeight(link, links), by)
    },
    draw(history: History): void {
      chart.draw(history, [...rows.keys()])
    },
  }
}

function remove(rows: Map<string, Row>, name: string, { element }: Row): void {
  element.remove()
  rows.delete(name)
}

function rowOf(rows: Map<string, Row>, list: HTMLElement, name: string): Row {
  const known = rows.get(name) ?? splitRow(name)
  if (!rows.has(name)) {
    rows.set(name, known)
    list.append(known.element)
  }
  return known
}

function splitRow(name: string): Row {
  const [now, wanted] = [el("b", { class: "figure" }), el("span", { class: "quiet" })]
  const [fill, mark] = [el("span", { class: "fill" }), el("span", { class: "mark" })]
  const bar = el("div", { class: "bar", role: "img" }, fill, mark)
  const element = el("li", {}, el("div", { class: "split-words" }, el("span", { text: name }), now, wanted), bar)
  return {
    element,
    update: ({ share }, byWeight, by) => {
      setText(now, percent(share))
      setText(wanted, `now · ${percent(byWeight)} ${by}`)
      setAttributeOnce(bar, "aria-label", `${name}: ${percent(share)} now, ${percent(byWeight)} ${by}`)
      fill.style.width = `${share * 100}%`
      mark.style.left = `${byWeight * 100}%`
    },
  }
}

/** What the link would get if all links were up and of one tier. */
function shareByWeight({ weight }: LinkStatus, links: readonly LinkStatus[]): number {
  const sum = links.reduce((total, link) => total + link.weight, 0)
  return sum === 0 ? 0 : weight / sum
}

function barKey(): HTMLElement {
  return el("span", { class: "key-bar", "aria-hidden": "true" })
}

function markKey(): HTMLElement {
  return el("span", { class: "key-mark", "aria-hidden": "true" })
}
