import { createChart } from "../chart.ts"
import { el, setAttributeOnce } from "../dom.ts"
import type { History } from "../history.ts"
import { percent } from "../../../core/figures.ts"
import { swatch } from "./swatch.ts"

/** The split over the last hour, a line for each link. */
export function shareChart() {
  const traits = { height: 130, sync: "shares", label: percent, least: 1, most: 1.02, hasTimes: true, isStepped: true }
  const chart = createChart(traits)
  const names = el("p", { class: "quiet legend" })
  const element = el("div", { class: "share-chart", role: "img", hidden: "" }, names, chart.element)
  let named = ""
  return {
    element,
    draw: (history: History, links: readonly string[]) => {
      element.hidden = history.times.length === 0
      if (element.hidden) return
      if (named !== links.join()) {
        named = links.join()
        names.replaceChildren(...links.flatMap((link, i) => [swatch(i), `${link}   `]), "last hour")
      }
      setAttributeOnce(element, "aria-label", `Split of new flows over the last hour: ${links.join(", ")}`)
      chart.draw(
        history.times,
        links.map(link => history.shares[link] ?? history.times.map(() => null)),
      )
    },
  }
}
