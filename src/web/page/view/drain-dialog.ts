import { api, Refusal } from "../api.ts"
import { el } from "../dom.ts"
import { field, lasting, lastingOf, openDialog } from "./dialog.ts"

/** `onSaid`: in the router's words. */
export function askDrain(link: string, onSaid: (words: string) => void): void {
  const forHowLong = lasting("2h")
  const drain = (force: boolean) => async () => {
    onSaid(await api.drain(link, { ...lastingOf(forHowLong), ...(force && { force }) }))
  }
  const anyway = el("button", { type: "button", class: "danger", text: "Drain it anyway", hidden: "" })
  const dialog = openDialog({
    title: `Drain ${link}`,
    body: [
      el("p", { text: "It gets no new flows. Connections that it carries stay until they end." }),
      field("For how long", forHowLong),
    ],
    action: "Drain",
    act: drain(false),
    others: [anyway],
    onRefused: error => {
      anyway.hidden = !isLastOne(error)
    },
  })
  anyway.addEventListener("click", () => void dialog.attempt(drain(true)))
}

/** The router keeps the last usable link in service unless it is told to with force. */
function isLastOne(error: unknown): boolean {
  return error instanceof Refusal && (error.status === 409 || error.message.includes("is the last one"))
}
