import { api, Refusal } from "../api.ts"
import { el } from "../dom.ts"
import { token } from "../token.ts"
import { askToken } from "./token-dialog.ts"

/** Whether this page may steer, and the way to change that. `onChange` is called at first and whenever it changes. */
export function steeringControl(root: HTMLElement, onChange: (canSteer: boolean) => void): void {
  const words = el("span", { class: "quiet" })
  const enter = el("button", { type: "button", text: "Enter token …", on: { click: askToken } })
  const forget = el("button", { type: "button", text: "Forget token", on: { click: forgetToken } })
  root.append(words, enter, forget)
  const show = () => {
    const canSteer = token.value !== null
    words.textContent = canSteer ? "may steer" : "read only"
    const [shown, hidden] = canSteer ? [forget, enter] : [enter, forget]
    const hadFocus = document.activeElement === hidden
    shown.hidden = false
    hidden.hidden = true
    if (hadFocus) shown.focus()
    onChange(canSteer)
  }
  token.onChange(show)
  show()
  void verify()
}

function forgetToken(): void {
  token.forget()
}

/** A token of before a reload may not hold any more. */
async function verify(): Promise<void> {
  if (token.value === null) return
  try {
    await api.session(token.value)
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) token.forget()
  }
}
