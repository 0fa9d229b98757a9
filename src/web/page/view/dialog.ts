import { el } from "../dom.ts"

interface Question {
  readonly title: string
  readonly body: readonly Node[]
  /** Words of the button that does it. */
  readonly action: string
  /** What it throws is shown, and the dialog stays. */
  readonly act: () => Promise<void>
  /** Other ways out, beside the main one. */
  readonly others?: readonly HTMLElement[]
  readonly onRefused?: (error: unknown) => void
}

let opened = 0

export interface Dialog {
  /** Does it, and closes; or stays open and says why not. */
  readonly attempt: (act: () => Promise<void>) => Promise<void>
}

/** Asks in a dialog. It is gone once closed, and the focus goes back to where it was. */
export function openDialog({ title, body, action, act, others = [], onRefused }: Question): Dialog {
  const id = `dialog-${++opened}`
  const trouble = el("p", { class: "trouble", role: "alert" })
  const cancel = el("button", { type: "button", text: "Cancel", on: { click: close } })
  const buttons = el("div", { class: "buttons" }, cancel, ...others, el("button", { class: "primary", text: action }))
  const form = el("form", {}, el("h2", { id, text: title }), ...body, trouble, buttons)
  const dialog = el("dialog", { "aria-labelledby": id }, form)
  const opener = document.activeElement
  let isBusy = false

  function close(): void {
    dialog.close()
  }

  async function attempt(doIt: () => Promise<void>): Promise<void> {
    if (isBusy) return
    isBusy = true
    trouble.textContent = ""
    try {
      await doIt()
      close()
    } catch (error) {
      trouble.textContent = error instanceof Error ? error.message : String(error)
      onRefused?.(error)
    } finally {
      isBusy = false
    }
  }

  form.addEventListener("submit", event => {
    event.preventDefault()
    void attempt(act)
  })
  dialog.addEventListener("close", () => {
    dialog.remove()
    giveBackFocus(opener)
  })
  document.body.append(dialog)
  dialog.showModal()
  return { attempt }
}

/** What was done may have put another button in the place of the one that opened the dialog. */
function giveBackFocus(opener: Element | null): void {
  if (!(opener instanceof HTMLElement)) return
  const successor = opener.parentElement?.querySelector<HTMLElement>("button:not([hidden])")
  if (opener.hidden) successor?.focus()
  else opener.focus()
}

/** A field with its name above it. */
export function field(name: string, input: HTMLElement): HTMLElement {
  return el("label", { class: "field" }, el("span", { text: name }), input)
}

const LASTS = [
  ["30m", "30 minutes"],
  ["1h", "1 hour"],
  ["2h", "2 hours"],
  ["8h", "8 hours"],
  ["24h", "24 hours"],
  ["", "until it is taken back"],
] as const

/** For how long; its value is a duration as the router reads it, or empty. */
export function lasting(chosen: string): HTMLSelectElement {
  const select = el("select", {}, ...LASTS.map(([value, text]) => el("option", { value, text })))
  select.value = chosen
  return select
}

/** As a part of an order. */
export function lastingOf({ value }: HTMLSelectElement): { for?: string } {
  return value === "" ? {} : { for: value }
}
