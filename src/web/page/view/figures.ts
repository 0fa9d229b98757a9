import { millis, percent } from "../../../core/figures.ts"
import type { LinkStatus } from "../../../core/status-shape.ts"
import { el, setText } from "../dom.ts"

/** The figures that one looks for first. */
export function figures() {
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
