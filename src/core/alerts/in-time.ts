import type { Incident } from "./incident.ts"
import { openedMessage, repeatedMessage } from "./messages.ts"
import { ended, replaced, type AlertState } from "./state.ts"
import type { Topic } from "./topic.ts"
import { quietWords } from "./words.ts"

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

/** The wall clock was set, by so much: what began before it has lasted no longer for that, nor ends sooner or later. */
export function clockWasSet(state: AlertState, byMs: number): AlertState {
  const incidents = state.incidents.map(incident => ({
    ...incident,
    since: isoTime(Date.parse(incident.since) + byMs),
    waitsFromMs: incident.waitsFromMs + byMs,
    end: incident.end && { ...incident.end, fromMs: incident.end.fromMs + byMs },
  }))
  return { ...state, incidents }
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
