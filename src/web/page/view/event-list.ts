import type { JournalEvent } from "../../../core/events.ts"
import { byId, el, oncePerFrame, setText } from "../dom.ts"
import { moodOf, sentence } from "../event-words.ts"
import { timeAgo } from "../times.ts"
import { count, MARKS } from "../words.ts"

const PAGE = 50

const KINDS: Readonly<Record<string, (type: string) => boolean>> = {
  "all kinds": () => true,
  states: type => type === "link.state" || type === "peer.state" || type === "peer.lost",
  "shares and rules": type => type === "weights.applied" || type.startsWith("rules."),
  "by hand": type => type.startsWith("override.") || type.startsWith("config."),
  "all else": type => /^(agent|alert|probe|share|link\.(carrier|address))/.test(type),
}

interface Told {
  readonly events: readonly JournalEvent[]
  readonly truncated: boolean
}

/** The newest events first, a page at a time: the list is never longer than what somebody asked to see. */
export function eventList(root: HTMLElement) {
  let told: Told | null = null
  let shown = PAGE
  const [ofLink, ofKind] = [choice("of-link", ["all links"]), choice("of-kind", Object.keys(KINDS))]
  const list = el("ol", { class: "events", "aria-label": "Events, the newest first" })
  const more = el("button", { type: "button", on: { click: showMore } })
  const note = el("p", { class: "empty", text: "Asking the router …" })
  root.append(list, note, more)

  const draw = oncePerFrame(() => {
    if (told === null) return
    const matching = told.events.filter(
      event => isOf(event, ofLink.value) && (KINDS[ofKind.value]?.(event.type) ?? true),
    )
    const newest = matching.slice(-shown).reverse()
    renew(list, newest)
    const left = matching.length - newest.length
    more.hidden = left === 0
    setText(more, `${Math.min(PAGE, left)} more of ${left}`)
    setText(note, noteText(told, matching.length, left))
    note.hidden = note.textContent === ""
  })

  function showMore(): void {
    shown += PAGE
    draw()
  }

  for (const choice of [ofLink, ofKind])
    choice.addEventListener("change", () => {
      shown = PAGE
      draw()
    })

  return {
    update(next: Told, links: readonly string[]): void {
      if (told === next) return
      told = next
      offer(ofLink, ["all links", ...links])
      draw()
    },
  }
}

function noteText({ events, truncated }: Told, matching: number, left: number): string {
  if (events.length === 0) return "Nothing happened in the last 24 h."
  if (matching === 0) return "Nothing of that kind happened in the last 24 h."
  return truncated && left === 0
    ? `There are more than ${count(events.length, "event")}: evenkeel events --since 24h`
    : ""
}

function isOf(event: JournalEvent, link: string): boolean {
  if (link === "all links") return true
  if ("link" in event && event.link === link) return true
  return "shares" in event && Object.hasOwn(event.shares, link)
}

/** Lines of events that are still shown stay: whoever reads or has selected one is not disturbed. */
function renew(list: HTMLOListElement, events: readonly JournalEvent[]): void {
  const known = new Map([...list.children].map(line => [line.getAttribute("data-seq"), line]))
  const wanted = events.map(event => known.get(String(event.seq)) ?? line(event))
  const kept = new Set(wanted)
  for (const child of [...list.children]) if (!kept.has(child)) child.remove()
  wanted.forEach((child, i) => {
    if (list.children[i] !== child) list.insertBefore(child, list.children[i] ?? null)
  })
}

function line(event: JournalEvent): Element {
  const mood = moodOf(event)
  const mark = el("span", {
    class: `state ${mood ?? "none"}`,
    "aria-hidden": "true",
    text: mood === null ? "·" : MARKS[mood],
  })
  const words = el("span", { class: "event-words", text: sentence(event) })
  return el("li", { "data-seq": event.seq, title: event.type }, timeAgo(Date.parse(event.time)), mark, words)
}

function choice(id: string, options: readonly string[]): HTMLSelectElement {
  const select = byId(id) as HTMLSelectElement
  offer(select, options)
  return select
}

function offer(select: HTMLSelectElement, options: readonly string[]): void {
  if ([...select.options].map(({ value }) => value).join("\n") === options.join("\n")) return
  const chosen = select.value
  select.replaceChildren(...options.map(text => el("option", { value: text, text })))
  if (options.includes(chosen)) select.value = chosen
}
