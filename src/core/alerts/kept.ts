import { NOTHING_TOLD, type AlertState } from "./alert.ts"
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

interface Trouble {
  readonly since: string
  readonly attempts: number
  readonly error: string
  readonly isRefused: boolean
}

export function nothingKept({ when, links }: About): Kept {
  return { about: { when, links }, state: NOTHING_TOLD, delivery: { sent: 0, last: null, trouble: null } }
}
