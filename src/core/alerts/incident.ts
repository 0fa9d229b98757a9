import type { JournalEvent } from "../events.ts"
import type { FamilyName } from "../family.ts"
import type { Condition } from "./config.ts"

/** What a condition is of; null where it is of no link, family or other router. */
export interface Subject {
  readonly condition: Condition
  readonly link: string | null
  readonly family: FamilyName | null
  /** `site/router` */
  readonly peer: string | null
}

/** A condition from when it began to when it ended. */
export interface Incident extends Subject {
  /** The same for every message about it, and whenever it is found anew in the same journal. */
  readonly key: string
  /** The event that opened it. */
  readonly event: JournalEvent
  /** RFC 3339. */
  readonly since: string
  /** Messages so far; 0: it has not lasted long enough yet. */
  readonly told: number
  /** Wall-clock time from which `for`, and then `repeat`, counts. */
  readonly waitsFromMs: number
  /** It ends so long after `fromMs` if it does not happen again; null: only an event ends it. */
  readonly end: Timer | null
}

interface Timer {
  readonly fromMs: number
  readonly lastsMs: number
}

export const NO_SUBJECT = { link: null, family: null, peer: null } as const

export function isSameSubject(a: Subject, b: Subject): boolean {
  return a.condition === b.condition && a.link === b.link && a.family === b.family && a.peer === b.peer
}

/** Made of nothing but the journal, so that whoever reads it again sends the same key. At most 255 characters, as PagerDuty has it. */
export function keyOf({ condition, link, family, peer }: Subject, { site, router, seq }: JournalEvent): string {
  return ["evenkeel", site, router, condition, link, peer, family, seq].filter(part => part !== null).join(":")
}

/** `opened`: it began; `repeated`: it still lasts; `resolved`: it is over. */
export type MessageKind = "opened" | "repeated" | "resolved"

export type Severity = "critical" | "error" | "warning"

/** What a receiver is told. Texts are plain, one line each; times are RFC 3339. */
export interface Message extends Subject {
  /** Of this one message; the same however often it is sent. */
  readonly id: string
  /** Of the incident. */
  readonly key: string
  readonly kind: MessageKind
  readonly alert: string
  readonly router: string
  readonly site: string
  readonly severity: Severity
  readonly title: string
  readonly happened: string
  /** What it means for users. */
  readonly means: string
  /** What decided it; empty: there is nothing to add. */
  readonly evidence: string
  /** The command to go on with. */
  readonly next: string
  /** Of what this message tells. */
  readonly time: string
  readonly since: string
  /** Null: it lasts. */
  readonly until: string | null
  /** The line of the journal that this is about. */
  readonly event: JournalEvent
}
