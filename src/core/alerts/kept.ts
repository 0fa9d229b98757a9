import { NOTHING_TOLD, type AlertState } from "./state.ts"
import type { Topic } from "./topic.ts"

export type About = Pick<Topic, "when" | "links">

/** What is on disk of an alert. */
export interface Kept {
  /** What the alert was about when this was so. */
  readonly about: About
  readonly state: AlertState
  readonly delivery: Delivery
}

/** How delivering goes. Times are RFC 3339. */
export interface Delivery {
  readonly sent: number
  readonly last: { readonly time: string; readonly title: string; readonly said: string } | null
  /** Since the last message that got through; null: there is none. */
  readonly trouble: Trouble | null
}

export interface Trouble {
  readonly since: string
  readonly attempts: number
  readonly error: string
  readonly isRefused: boolean
  /** How often the receiver has refused the message itself, and since when; null: it has not. */
  readonly refused: { readonly since: string; readonly times: number } | null
}

/** A clock that was set forward tells of no day. */
const LEAST_REFUSALS = 10

/** So long, and so often, that it is this message and nobody will mend it. */
export function isHopeless({ refused }: Trouble, refusedMs: number, nowMs: number): boolean {
  return refused !== null && refused.times >= LEAST_REFUSALS && nowMs - Date.parse(refused.since) >= refusedMs
}

export function nothingKept({ when, links }: About): Kept {
  return { about: { when, links }, state: NOTHING_TOLD, delivery: { sent: 0, last: null, trouble: null } }
}
