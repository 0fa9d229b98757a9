import { familyIn, type JournalEvent } from "../../core/events.ts"
import type { FamilyName } from "../../core/family.ts"
import type { LinkStateName } from "../../core/link-state.ts"

/** A link was in a state from one moment to another (wall-clock milliseconds). */
export interface Stretch {
  readonly state: LinkStateName
  readonly fromMs: number
  readonly toMs: number
}

interface Wanted {
  readonly link: string
  readonly family: FamilyName
  /** As it is now, and since when; what no event tells of is taken from here. */
  readonly state: LinkStateName
  readonly sinceMs: number
  readonly fromMs: number
  readonly toMs: number
}

interface Change {
  readonly atMs: number
  readonly from: LinkStateName | null
  readonly to: LinkStateName
}

/**
 * The states of a link over time, without gaps. While no agent ran, and before the first event, nothing is known: `unknown`,
 * unless that event or the present state says more.
 */
export function stretches(events: readonly JournalEvent[], wanted: Wanted): readonly Stretch[] {
  const { state, sinceMs, fromMs, toMs } = wanted
  const told = events.flatMap(event => changeOf(event, wanted) ?? [])
  const before = told[0] === undefined && sinceMs <= fromMs ? state : (told[0]?.from ?? "unknown")
  const known: readonly Change[] = [{ atMs: fromMs, from: null, to: before }, ...told]
  const last = known.at(-1)
  const isBehind = last !== undefined && last.to !== state && sinceMs > last.atMs
  const all = isBehind ? [...known, { atMs: sinceMs, from: null, to: state }] : known
  return all
    .map((change, i) => stretch(change, all[i + 1]?.atMs ?? toMs, wanted))
    .filter(part => part.toMs > part.fromMs)
}

function stretch({ atMs, to }: Change, untilMs: number, { fromMs, toMs }: Wanted): Stretch {
  return { state: to, fromMs: Math.max(atMs, fromMs), toMs: Math.min(untilMs, toMs) }
}

function changeOf(event: JournalEvent, { link, family }: Wanted): Change | null {
  if (event.type === "link.state" && event.link === link && familyIn(event) === family)
    return { atMs: Date.parse(event.time), from: event.from, to: event.to }
  return event.type === "agent.stopped" ? { atMs: Date.parse(event.time), from: null, to: "unknown" } : null
}

export interface Tally {
  /** Of the time in which the state was known, 0..1; null: it never was. */
  readonly inService: number | null
  readonly outages: number
  readonly downMs: number
}

export function tallyOf(parts: readonly Stretch[]): Tally {
  const lasted = (state: LinkStateName) =>
    parts.filter(part => part.state === state).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const [downMs, goodMs] = [lasted("down"), lasted("up") + lasted("degraded")]
  const outages = parts.filter(({ state }, i) => state === "down" && parts[i - 1]?.state !== "down").length
  return { inService: downMs + goodMs === 0 ? null : goodMs / (downMs + goodMs), outages, downMs }
}
