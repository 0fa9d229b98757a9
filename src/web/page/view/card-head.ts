import type { LinkStatus } from "../../../core/status-shape.ts"
import { el, setText } from "../dom.ts"
import { setTime, timeAgo } from "../times.ts"
import { flags, setState, stateBadge } from "./state.ts"

/** Name, state, where it is, and since when and why it is so. */
export function cardHead(name: string, id: string) {
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
