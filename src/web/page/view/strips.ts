import type { FamilyName } from "../../../core/family.ts"
import type { JournalEvent } from "../../../core/events.ts"
import type { FamilyStatus, LinkStatus } from "../../../core/status-shape.ts"
import { byId, el, oncePerFrame, setAttributeOnce, setText } from "../dom.ts"
import { onColoursChanged } from "../palette.ts"
import { stretches, tallyOf, type Stretch } from "../timeline.ts"
import { availability, count, duration } from "../words.ts"
import { drawStrip } from "./draw-strip.ts"

const HOUR_MS = 3_600_000
const SPANS = [
  ["24 h", 24],
  ["6 h", 6],
  ["1 h", 1],
] as const

interface Told {
  readonly links: readonly LinkStatus[]
  readonly events: readonly JournalEvent[]
}

/** For each link a strip of its states; thousands of changes are a few hundred pixels. */
export function stripsPanel(root: HTMLElement) {
  let told: Told = { links: [], events: [] }
  const strips = new Map<string, ReturnType<typeof strip>>()
  const span = spanChoice()
  const axis = el("div", { class: "strip-axis quiet", "aria-hidden": "true" })
  const list = el("div")
  root.append(list, axis, key())
  const draw = oncePerFrame(() => {
    const hours = Number(span.value)
    const toMs = Date.now()
    const wanted = told.links.flatMap(familiesOf)
    axis.replaceChildren(...axisWords(hours).map(text => el("span", { text })))
    for (const [name, { element }] of strips) if (!wanted.some(each => each.title === name)) remove(name, element)
    for (const { title, link, family, of } of wanted) {
      const sinceMs = of.since === null ? toMs : Date.parse(of.since)
      const within = { link, family, state: of.state, sinceMs, fromMs: toMs - hours * HOUR_MS, toMs }
      stripOf(title).update(stretches(told.events, within), hours)
    }
  })

  function remove(name: string, element: HTMLElement): void {
    element.remove()
    strips.delete(name)
  }

  function stripOf(title: string) {
    const known = strips.get(title) ?? strip(title)
    if (!strips.has(title)) {
      strips.set(title, known)
      list.append(known.element)
    }
    return known
  }

  span.addEventListener("change", draw)
  new ResizeObserver(draw).observe(list)
  onColoursChanged(draw)
  setInterval(draw, 30_000)
  return {
    update(links: readonly LinkStatus[], events: readonly JournalEvent[]): void {
      const isNews = events !== told.events || statesOf(links) !== statesOf(told.links)
      told = { links, events }
      if (isNews) draw()
    },
  }
}

interface Family {
  readonly title: string
  readonly link: string
  readonly family: FamilyName
  readonly of: FamilyStatus
}

function familiesOf(link: LinkStatus): readonly Family[] {
  const { name, ipv6 } = link
  const own = { title: name, link: name, family: "ipv4", of: link } as const
  return ipv6 === null ? [own] : [own, { title: `${name} IPv6`, link: name, family: "ipv6", of: ipv6 }]
}

/** What strips are drawn by; round trips change all the time. */
function statesOf(links: readonly LinkStatus[]): string {
  return JSON.stringify(links.flatMap(familiesOf).map(({ title, of: { state, since } }) => [title, state, since]))
}

function spanChoice(): HTMLSelectElement {
  const choice = byId("span") as HTMLSelectElement
  choice.append(...SPANS.map(([text, hours]) => el("option", { value: hours, text: `the last ${text}` })))
  return choice
}

function axisWords(hours: number): readonly string[] {
  const unit = hours === 1 ? { whole: 60, name: "min" } : { whole: hours, name: "h" }
  return [4, 3, 2, 1, 0].map(quarter => (quarter === 0 ? "now" : `−${(unit.whole * quarter) / 4} ${unit.name}`))
}

function strip(title: string) {
  const canvas = el("canvas", { role: "img" })
  const words = el("span", { class: "quiet" })
  return {
    element: el("div", { class: "strip" }, el("span", { class: "strip-name", text: title }), canvas, words),
    update(parts: readonly Stretch[], hours: number): void {
      drawStrip(canvas, parts)
      const text = summary(parts)
      setText(words, text)
      setAttributeOnce(canvas, "aria-label", `${title} over the last ${hours} h: ${text}`)
    },
  }
}

function summary(parts: readonly Stretch[]): string {
  const { inService, outages, downMs } = tallyOf(parts)
  if (inService === null) return "not known"
  const down = outages === 0 ? "no outage" : `${count(outages, "outage")}, ${duration(downMs)}`
  return `${availability(inService)} in service · ${down}`
}

function key(): HTMLElement {
  const each = (state: string, words: string) => [
    el("span", { class: `strip-key ${state}`, "aria-hidden": "true" }),
    ` ${words} `,
  ]
  const words = [
    ...each("up", "up"),
    ...each("degraded", "degraded"),
    ...each("down", "down"),
    ...each("unknown", "not known"),
  ]
  return el("p", { class: "quiet legend" }, ...words)
}
