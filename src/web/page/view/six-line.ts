import { millis, percent } from "../../../core/figures.ts"
import type { FamilyStatus } from "../../../core/status-shape.ts"
import { el, setAttributeOnce } from "../dom.ts"
import { setState, stateBadge } from "./state.ts"

/** IPv6 in a line of its own, where it is steered. */
export function sixLine() {
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
