import type { JournalEvent } from "../events.ts"
import { changesBy, type Change } from "./changes.ts"
import { isSameSubject, keyOf, type Incident, type Message, type Subject } from "./incident.ts"
import { learn, NOTHING_KNOWN, onlyOf, type Known } from "./known.ts"
import { openedMessage, repeatedMessage, resolvedMessage } from "./messages.ts"
import type { Topic } from "./topic.ts"
import { quietWords } from "./words.ts"

/**
 * All that an alert knows, and has still to say: a function of the journal, of the configuration and of time. It is kept
 * on disk, so that it goes on where it was, whatever ended.
 */
export interface AlertState {
  /** The last event that is in it; null: none. */
  readonly cursor: { readonly seq: number; readonly time: string } | null
  readonly known: Known
  /** In the order in which they began. */
  readonly incidents: readonly Incident[]
  /** Not delivered yet, in order. */
  readonly queue: readonly Message[]
}

export const NOTHING_TOLD: AlertState = { cursor: null, known: NOTHING_KNOWN, incidents: [], queue: [] }

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

function ended(topic: Topic, state: AlertState, incident: Incident, time: string, how: string): AlertState {
  const incidents = state.incidents.filter(other => other !== incident)
  if (incident.told === 0) return { ...state, incidents }
  const message = resolvedMessage(incident, { topic, known: state.known, time, how })
  return { ...state, incidents, queue: [...state.queue, message] }
}

function replaced(state: AlertState, before: Incident, after: Incident): AlertState {
  return { ...state, incidents: state.incidents.map(incident => (incident === before ? after : incident)) }
}

/** Wall-clock time has come so far. Whatever is due is told; a clock that was set back delays nothing by more than it takes. */
export function onTime(topic: Topic, state: AlertState, nowMs: number): AlertState {
  return state.incidents.reduce((next, incident) => pass(topic, next, incident, nowMs), state)
}

function pass(topic: Topic, state: AlertState, incident: Incident, nowMs: number): AlertState {
  const timely = notLaterThan(incident, nowMs)
  const opened = opens(topic, timely === incident ? state : replaced(state, incident, timely), timely, nowMs)
  const current = opened.incidents.find(({ key }) => key === incident.key) ?? timely
  const endMs = endOf(current)
  if (endMs !== null && nowMs >= endMs) return ended(topic, opened, current, isoTime(endMs), quietWords(current))
  return repeats(topic, opened, current, nowMs)
}

function opens(topic: Topic, state: AlertState, incident: Incident, nowMs: number): AlertState {
  const dueMs = incident.waitsFromMs + topic.forMs
  if (incident.told > 0 || dueMs > Math.min(nowMs, endOf(incident) ?? Infinity)) return state
  const message = openedMessage(incident, { topic, known: state.known, time: isoTime(dueMs) })
  const told = replaced(state, incident, { ...incident, told: 1, waitsFromMs: dueMs })
  return { ...told, queue: [...told.queue, message] }
}

/** However long nobody could be told, one reminder is enough: none is added to messages that still wait. */
function repeats(topic: Topic, state: AlertState, incident: Incident, nowMs: number): AlertState {
  if (incident.told === 0 || topic.repeatMs === null || nowMs < incident.waitsFromMs + topic.repeatMs) return state
  const again = { ...incident, waitsFromMs: nowMs }
  if (state.queue.some(({ key }) => key === incident.key)) return replaced(state, incident, again)
  const message = repeatedMessage(incident, { topic, known: state.known, time: isoTime(nowMs) })
  const told = replaced(state, incident, { ...again, told: incident.told + 1 })
  return { ...told, queue: [...told.queue, message] }
}

/** Beyond this a time in the future is no matter of a few events that come late: the clock was set back. */
const CLOCK_SLACK_MS = 60_000

function notLaterThan(incident: Incident, nowMs: number): Incident {
  const { waitsFromMs, end } = incident
  const isAhead = (ms: number) => ms > nowMs + CLOCK_SLACK_MS
  if (!isAhead(waitsFromMs) && (end === null || !isAhead(end.fromMs))) return incident
  return {
    ...incident,
    waitsFromMs: Math.min(waitsFromMs, nowMs),
    end: end && { ...end, fromMs: Math.min(end.fromMs, nowMs) },
  }
}

function endOf({ end }: Incident): number | null {
  return end === null ? null : end.fromMs + end.lastsMs
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** The next moment at which time alone has something to tell; null: never. */
export function nextMoment({ forMs, repeatMs }: Topic, { incidents }: AlertState): number | null {
  const moments = incidents.flatMap(incident => {
    const wait = incident.told === 0 ? forMs : repeatMs
    return [endOf(incident), wait === null ? null : incident.waitsFromMs + wait].filter(moment => moment !== null)
  })
  return moments.length === 0 ? null : Math.min(...moments)
}

/** The receiver has it. */
export function delivered(state: AlertState, id: string): AlertState {
  return { ...state, queue: state.queue.filter(message => message.id !== id) }
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
