import type { Incident, Message } from "./incident.ts"
import { NOTHING_KNOWN, type Known } from "./known.ts"
import { resolvedMessage } from "./messages.ts"
import type { Topic } from "./topic.ts"

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

/** The incident is over; who was told of it is told so. */
export function ended(topic: Topic, state: AlertState, incident: Incident, time: string, how: string): AlertState {
  const incidents = state.incidents.filter(other => other !== incident)
  if (incident.told === 0) return { ...state, incidents }
  const message = resolvedMessage(incident, { topic, known: state.known, time, how })
  return { ...state, incidents, queue: [...state.queue, message] }
}

export function replaced(state: AlertState, before: Incident, after: Incident): AlertState {
  return { ...state, incidents: state.incidents.map(incident => (incident === before ? after : incident)) }
}

/** The receiver has it. */
export function delivered(state: AlertState, id: string): AlertState {
  return { ...state, queue: state.queue.filter(message => message.id !== id) }
}
