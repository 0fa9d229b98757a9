import type { Status } from "../../../core/status-shape.ts"
import type { History } from "../history.ts"
import { el } from "../dom.ts"
import { linkCard, type LinkCard } from "./link-card.ts"

/** A card for each link, in the order of the configuration. */
export function linksPanel(root: HTMLElement) {
  const cards = new Map<string, LinkCard>()
  const nothing = el("p", { class: "empty", text: "No links are known." })
  let canSteer = false

  function cardOf(name: string): LinkCard {
    const card = cards.get(name) ?? linkCard(name)
    if (!cards.has(name)) {
      cards.set(name, card)
      root.append(card.element)
      card.allow(canSteer)
    }
    return card
  }

  return {
    update(status: Status): void {
      for (const [name, { element }] of cards)
        if (!status.links.some(link => link.name === name)) {
          element.remove()
          cards.delete(name)
        }
      for (const link of status.links) cardOf(link.name).update(link, status)
      if (cards.size === 0) root.append(nothing)
      else nothing.remove()
    },
    draw(history: History): void {
      for (const card of cards.values()) card.draw(history)
    },
    allow(may: boolean): void {
      canSteer = may
      for (const card of cards.values()) card.allow(may)
    },
  }
}
