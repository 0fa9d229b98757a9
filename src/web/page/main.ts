import type { JournalEvent } from "../../core/events.ts"
import type { Status } from "../../core/status-shape.ts"
import { api } from "./api.ts"
import { byId, setText } from "./dom.ts"
import { fromRecorded, NO_HISTORY, withSample, type History } from "./history.ts"
import { withEvents, type Journal } from "./journal.ts"
import { listen } from "./stream.ts"
import { keepTimes } from "./times.ts"
import { agentPanel } from "./view/agent-panel.ts"
import { connectionNotice } from "./view/connection.ts"
import { eventList } from "./view/event-list.ts"
import { announcement, headline } from "./view/headline.ts"
import { linksPanel } from "./view/links.ts"
import { peersPanel } from "./view/peers.ts"
import { splitPanel } from "./view/split.ts"
import { steeringControl } from "./view/steering.ts"
import { stripsPanel } from "./view/strips.ts"

/** What is known of the router. */
let status: Status | null = null
let history: History = NO_HISTORY
let journal: Journal = { events: [], truncated: false }

const connection = connectionNotice()
const links = linksPanel(byId("links"))
const split = splitPanel(byId("split"))
const strips = stripsPanel(byId("strips"))
const events = eventList(byId("events"))
const peers = peersPanel(byId("peers"))
const agent = agentPanel(byId("agent"))
steeringControl(byId("steering"), canSteer => {
  links.allow(canSteer)
})

function showStatus(next: Status): void {
  const before = status
  status = next
  setText(byId("router"), next.router)
  setText(byId("site"), `site ${next.site}`)
  setText(byId("headline"), unbroken(headline(next)))
  document.title = `${titleMark(next)} ${next.router} · evenkeel`
  for (const panel of [links, split, peers, agent]) panel.update(next)
  if (before === null) showHistory(history)
  const news = before === null ? "" : announcement(before, next)
  if (news !== "") setText(byId("announcer"), news)
  showJournal()
}

/** Figures stay beside their names and units. */
function unbroken(text: string): string {
  return text.replaceAll(/ (?=[\d%])/g, "\u00a0")
}

function titleMark({ links }: Status): string {
  if (links.some(({ state }) => state === "down")) return "▼"
  return links.every(({ state }) => state === "up") ? "▲" : "◐"
}

function showHistory(next: History): void {
  history = next
  if (status === null) return
  links.draw(next)
  split.draw(next)
}

function showJournal(): void {
  if (status === null) return
  strips.update(status.links, journal.events)
  if (completeTo !== null)
    events.update(
      journal,
      status.links.map(({ name }) => name),
    )
}

function addEvents(news: readonly JournalEvent[], truncated: boolean): void {
  journal = withEvents({ ...journal, truncated: journal.truncated || truncated }, news, Date.now())
  showJournal()
}

const RETRY_MS = 5_000
let retry = 0
/** Number of the last event up to which nothing is missing; null: the past was not read yet. */
let completeTo: number | null = null

/** What the stream does not tell: the past, at first and after each break. Until it is there the page shows what is. */
async function catchUp(): Promise<void> {
  clearTimeout(retry)
  const [past, told] = await Promise.allSettled([api.history(), api.events(completeTo ?? "24h")])
  if (past.status === "fulfilled") showHistory(fromRecorded(past.value))
  if (told.status === "fulfilled") {
    completeTo = told.value.events.at(-1)?.seq ?? completeTo ?? 0
    addEvents(told.value.events, told.value.truncated)
  }
  const isLacking = past.status === "rejected" || told.status === "rejected"
  if (isLacking) retry = window.setTimeout(() => void catchUp(), RETRY_MS)
}

keepTimes()
listen({
  onStatus: next => {
    connection.live()
    showStatus(next)
  },
  onJournal: event => {
    addEvents([event], false)
  },
  onSample: sample => {
    showHistory(withSample(history, sample))
  },
  onOpen: () => {
    connection.live()
    void catchUp()
  },
  onLost: () => {
    connection.lost()
  },
})
