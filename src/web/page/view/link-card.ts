import type { FamilyName } from "../../../core/family.ts"
import type { FamilyStatus, LinkStatus, Status, TargetStatus } from "../../../core/status-shape.ts"
import { el, setAttributeOnce, setText } from "../dom.ts"
import type { History, Measured } from "../history.ts"
import { setTime, timeAgo } from "../times.ts"
import { millis, percent } from "../words.ts"
import { linkCharts } from "./link-charts.ts"
import { flags, setState, stateBadge } from "./state.ts"
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

function cardHead(name: string, id: string) {
  const badge = stateBadge("unknown")
  const [flag, where, reason] = [el("span", { class: "flags" }), el("p", { class: "quiet" }), el("span")]
  const since = timeAgo(Date.now())
  const title = el("div", { class: "titled" }, el("h3", { id, text: name }), el("span", {}, flag, badge))
  return {
    element: el("div", {}, title, where, el("p", { class: "reason" }, reason, since)),
    update(link: LinkStatus): void {
      setState(badge, link.state)
      setText(
        flag,
        flags(link)
          .map(word => `${word} `)
          .join(""),
      )
      setText(where, whereabouts(link))
      setText(reason, `${link.reason}${link.since === null ? "" : " · changed "}`)
      since.hidden = link.since === null
      if (link.since !== null) setTime(since, Date.parse(link.since))
    },
  }
}

function whereabouts({ interface: device, line, carrier, address, gateway }: LinkStatus): string {
  const place = carrier === false ? "no carrier" : address === null ? "no address" : via(address, gateway)
  return [device, ...(line === null ? [] : [`line ${line}`]), place].join(" · ")
}

function via(address: string, gateway: string | null): string {
  return gateway === null ? address : `${address} via ${gateway}`
}

/** The figures that one looks for first. */
function figures() {
  const names = ["Share", "RTT", "Jitter", "Loss", "Weight"]
  const values = names.map(() => el("dd", { text: "–" }))
  const pairs = names.map((name, i) => el("div", {}, el("dt", { text: name }), values[i] ?? null))
  return {
    element: el("dl", { class: "figures" }, ...pairs),
    update({ share, rttMs, jitterMs, loss, weight, targets }: LinkStatus): void {
      const isAnswered = targets.some(({ state }) => state === "answers")
      const [rtt, jitter] = isAnswered ? [rttMs, jitterMs] : [null, null]
      const texts = [percent(share), millis(rtt), millis(jitter), percent(loss), String(weight)]
      texts.forEach((text, i) => {
        const value = values[i]
        if (value !== undefined) setText(value, text)
      })
    },
  }
}

/** IPv6 in a line of its own, where it is steered. */
function sixLine() {
  const badge = stateBadge("unknown")
  const words = el("span")
  const element = el("p", { class: "six" }, el("b", { text: "IPv6 " }), badge, words)
  return {
    element,
    update(ipv6: FamilyStatus | null): void {
      element.hidden = ipv6 === null
      if (ipv6 === null) return
      const { state, reason, share, rttMs, loss, damped } = ipv6
      setState(badge, state)
      setAttributeOnce(element, "title", reason)
      const trouble = state === "up" ? [] : [reason]
      const parts = [
        ...(damped ? ["damped"] : []),
        `share ${percent(share)}`,
        `RTT ${millis(rttMs)}`,
        `loss ${percent(loss)}`,
      ]
      // Each in one piece: a figure and its unit belong together.
      words.replaceChildren(
        ...parts.flatMap(part => [" · ", el("span", { text: part })]),
        ...trouble.map(part => ` · ${part}`),
      )
    },
  }
}
