import { api } from "../api.ts"
import { el } from "../dom.ts"
import { field, lasting, lastingOf, openDialog } from "./dialog.ts"

interface Weighed {
  readonly link: string
  readonly weight: number
  /** An operator has set it. */
  readonly isByHand: boolean
}

/** `onSaid`: in the router's words. */
export function askWeight({ link, weight, isByHand }: Weighed, onSaid: (words: string) => void): void {
  const traits = { type: "number", min: 0, max: 10_000, step: 1, required: "", value: weight, inputmode: "numeric" }
  const [number, forHowLong] = [el("input", traits), lasting("")]
  const configured = el("button", { type: "button", text: "Back to the configured weight" })
  const dialog = openDialog({
    title: `Weight of ${link}`,
    body: [
      el("p", { text: "Its share of new flows, relative to the weights of the other links; 0 gives it none." }),
      field("Weight, 0 to 10000", number),
      field("For how long", forHowLong),
    ],
    action: "Set weight",
    act: async () => {
      onSaid(await api.weight(link, { weight: number.valueAsNumber, ...lastingOf(forHowLong) }))
    },
    others: isByHand ? [configured] : [],
  })
  configured.addEventListener("click", () => {
    void dialog.attempt(async () => {
      onSaid(await api.configuredWeight(link))
    })
  })
}
