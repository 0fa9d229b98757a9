import type { JournalEvent } from "../events.ts"
import { changesBy, type Change } from "./changes.ts"
import { onTime } from "./in-time.ts"
import { isSameSubject, keyOf, type Incident, type Subject } from "./incident.ts"
import { learn, onlyOf } from "./known.ts"
import { ended, replaced, type AlertState } from "./state.ts"
import type { Topic } from "./topic.ts"

/** An event of the journal. Those up to the cursor must not come again. */
export function onEvent(topic: Topic, state: AlertState, event: JournalEvent): AlertState {
  const cursor = { seq: event.seq, time: event.time }
  // An alert about alerts would never end.
  if (event.type === "alert.sent" || event.type === "alert.failed") return { ...state, cursor }
  const atMs = Date.parse(event.time)
  const timed = onTime(topic, state, atMs)
  const before = timed.known
  const after = learn(before, event)
  const changes = changesBy(event, { before, after, lines: topic.lines })
  const start: AlertState = { ...timed, known: after, cursor }
  return changes.reduce((next, change) => onTime(topic, changed(topic, next, change, event), atMs), start)
}

function changed(topic: Topic, state: AlertState, change: Change, event: JournalEvent): AlertState {
  if (change.kind === "is") return isWanted(topic, change.subject) ? began(topic, state, change, event) : state
  const over = state.incidents.filter(incident => matches(incident, change.subject))
  return over.reduce((next, incident) => ended(topic, next, incident, event.time, change.how), state)
}

/** The links of an alert are those whose own conditions it tells of; what concerns the whole router it tells in any case. */
function isWanted({ when, links, lines }: Topic, { condition, link, family }: Subject): boolean {
  if (!when.includes(condition)) return false
  return link === null || (lines[family ?? "ipv4"].includes(link) && (links === null || links.includes(link)))
}

function matches(incident: Incident, subject: Partial<Subject>): boolean {
  return Object.entries(subject).every(([key, value]) => incident[key as keyof Subject] === value)
}

type Began = Extract<Change, { kind: "is" }>

function began(topic: Topic, state: AlertState, { subject, since, lastsMs }: Began, event: JournalEvent): AlertState {
  const end = lastsMs === null ? null : { fromMs: Date.parse(event.time), lastsMs }
  const known = state.incidents.find(incident => isSameSubject(incident, subject))
  if (known !== undefined) return replaced(state, known, { ...known, end })
  const key = keyOf(subject, event)
  const incident: Incident = { ...subject, key, event, since, told: 0, waitsFromMs: Date.parse(since), end }
  return onTime(topic, { ...state, incidents: [...state.incidents, incident] }, Date.parse(event.time))
}

/**
 * Goes on by a configuration that may be another than before: what it does not ask for any more is over, and is told as
 * such. `time`: RFC 3339, now.
 */
export function adopt(topic: Topic, state: AlertState, time: string): AlertState {
  const known = onlyOf(state.known, topic.lines)
  return state.incidents
    .filter(incident => !isWanted(topic, incident))
    .reduce((next, incident) => ended(topic, next, incident, time, "it is not watched any more"), { ...state, known })
}

/** Adds what is so in `wider`, the same journal up to the same event with a wider topic, and is not known yet. */
export function widened(state: AlertState, wider: AlertState): AlertState {
  const isKnown = (key: string) => state.incidents.some(incident => incident.key === key)
  return {
    ...state,
    incidents: [...state.incidents, ...wider.incidents.filter(({ key }) => !isKnown(key))],
    queue: [...state.queue, ...wider.queue.filter(({ key }) => !isKnown(key))],
  }
}

/** A new alert tells nothing of the past, but what is so now. */
export function withoutPast(state: AlertState): AlertState {
  const isOpen = (key: string) => state.incidents.some(incident => incident.key === key)
  return { ...state, queue: state.queue.filter(({ kind, key }) => kind === "opened" && isOpen(key)) }
}
