import type { FamilyName } from "../../../core/family.ts"
import type { LinkStatus, Status, TargetStatus } from "../../../core/status-shape.ts"
import { el, setAttributeOnce } from "../dom.ts"
import type { History, Measured } from "../history.ts"
import { cardHead } from "./card-head.ts"
import { figures } from "./figures.ts"
import { linkCharts } from "./link-charts.ts"
import { sixLine } from "./six-line.ts"
import { steeringButtons } from "./steering-buttons.ts"
import { targetTable } from "./target-table.ts"
import { whyPanel } from "./why-panel.ts"

/** One link: what it is, how it does, and why. Its elements stay, so that whoever is in one of them stays there. */
export interface LinkCard {
  readonly element: HTMLElement
  update(link: LinkStatus, status: Status): void
  draw(history: History): void
  allow(canSteer: boolean): void
}

export function linkCard(name: string): LinkCard {
  let link: LinkStatus | null = null
  let shown: { history: History; series: readonly Measured[] } | null = null
  let pointed: number | null = null
  const id = `link-${name}`
  const [head, facts, six] = [cardHead(name, id), figures(), sixLine()]
  const [table, why, steering] = [targetTable(), whyPanel(name), steeringButtons(name)]
  const charts = linkCharts(name, index => {
    pointed = index
    showTargets()
  })
  const parts = [head.element, facts.element, six.element, charts.element, table.element, why.element, steering.element]

  const element = el("article", { class: "panel card", "aria-labelledby": id }, ...parts)

  function showTargets(): void {
    if (link === null) return
    const timeMs = pointed === null ? undefined : shown?.history.times[pointed]
    const at = pointed === null || timeMs === undefined ? null : { index: pointed, timeMs }
    table.update({ link, series: shown?.series ?? [], at })
  }

  return {
    element,
    update(next, status) {
      link = next
      setAttributeOnce(element, "data-state", next.state)
      head.update(next)
      facts.update(next)
      six.update(next.ipv6)
      why.update(next)
      steering.update(next, status)
      showTargets()
    },
    draw(history) {
      const series = history.series.filter(each => each.link === name)
      shown = { history, series: link === null ? series : inOrder(series, link) }
      charts.draw(history, shown.series)
      showTargets()
    },
    allow: canSteer => {
      steering.allow(canSteer)
    },
  }
}

/** As the table has its targets; those that are asked no more come last. */
function inOrder(series: readonly Measured[], { targets, ipv6 }: LinkStatus): readonly Measured[] {
  const of = (family: FamilyName, list: readonly TargetStatus[]) =>
    list.flatMap(({ probe }) => series.filter(each => each.family === family && each.probe === probe))
  const asked = [...of("ipv4", targets), ...of("ipv6", ipv6?.targets ?? [])]
  return [...asked, ...series.filter(each => !asked.includes(each))]
}
