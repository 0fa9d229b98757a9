import type { LinkStateName } from "../../../core/link-state.ts"
import { el, setAttributeOnce, setText } from "../dom.ts"
import { MARKS } from "../words.ts"

/** A state in a shape, a word and a colour: any one of them is enough. */
export function stateBadge(state: LinkStateName): HTMLElement {
  const badge = el("span", {}, el("span", { "aria-hidden": "true" }), el("span", { class: "state-word" }))
  setState(badge, state)
  return badge
}

export function setState(badge: HTMLElement, state: LinkStateName): void {
  const [mark, word] = badge.children
  setAttributeOnce(badge, "class", `state ${state}`)
  if (mark !== undefined) setText(mark, `${MARKS[state]} `)
  if (word !== undefined) setText(word, state)
}

/** `drained`, `damped`: words beside the state. */
export function flags({ drained, damped }: { readonly drained: boolean; readonly damped: boolean }): readonly string[] {
  return [...(drained ? ["drained"] : []), ...(damped ? ["damped"] : [])]
}
