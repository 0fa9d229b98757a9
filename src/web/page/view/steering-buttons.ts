import type { LinkStatus, Status } from "../../../core/status-shape.ts"
import { api } from "../api.ts"
import { el, setText } from "../dom.ts"
import { askDrain } from "./drain-dialog.ts"
import { askWeight } from "./weight-dialog.ts"

/** Later it may no longer be so. */
const SAID_MS = 60_000

/** Drain, undrain and weight of a link, for who may; and what the router said of it. */
export function steeringButtons(name: string) {
  let known: { readonly link: LinkStatus; readonly status: Status } | null = null
  const said = el("p", { class: "said", role: "status" })
  let fading = 0
  const say = (words: string) => {
    setText(said, words)
    clearTimeout(fading)
    fading = window.setTimeout(() => {
      setText(said, "")
    }, SAID_MS)
  }
  const drain = button("Drain", ` ${name}`, " …", () => {
    askDrain(name, say)
  })
  const undrain = button("Undrain", ` ${name}`, "", () => void spoken(api.undrain(name), say))
  const weight = button("Weight", ` of ${name}`, " …", () => {
    if (known === null) return
    const isByHand = known.status.overrides.some(each => each.kind === "weight" && each.link === name)
    askWeight({ link: name, weight: known.link.weight, isByHand }, say)
  })
  const buttons = el("div", { class: "buttons", hidden: "" }, drain, undrain, weight)
  return {
    element: el("div", { class: "steer" }, buttons, said),
    allow(canSteer: boolean): void {
      buttons.hidden = !canSteer
    },
    update(link: LinkStatus, status: Status): void {
      known = { link, status }
      showOne(link.drained ? undrain : drain, link.drained ? drain : undrain)
    },
  }
}

/** What takes the place of a button takes its focus too. */
function showOne(shown: HTMLButtonElement, hidden: HTMLButtonElement): void {
  const hadFocus = document.activeElement === hidden
  shown.hidden = false
  hidden.hidden = true
  if (hadFocus) shown.focus()
}

/** Eyes see the card that a button is in; ears are told its link. */
function button(text: string, unseen: string, rest: string, click: () => void): HTMLButtonElement {
  return el("button", { type: "button", on: { click } }, text, el("span", { class: "unseen", text: unseen }), rest)
}

async function spoken(order: Promise<string>, say: (words: string) => void): Promise<void> {
  try {
    say(await order)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
  }
}
