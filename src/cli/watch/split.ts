import type { Flows } from "../../core/flows.ts"
import { flowsSince } from "../../core/flows.ts"

/** Two looks at what the rules have counted, and how far apart they were. */
interface Stretch {
  readonly seconds: number
  /** New flows by link. */
  readonly given: ReadonlyMap<string, number>
}

/** The measured split of new flows while the rules asked for the same shares. */
export interface Split {
  readonly last: { readonly flows: Flows; readonly atMs: number } | null
  readonly stretches: readonly Stretch[]
}

export interface Measured {
  /** The part of new flows that this link was given, 0..1; null: none began. */
  readonly newShare: number | null
  /** Flows a second. */
  readonly rate: number
}

export const NO_SPLIT: Split = { last: null, stretches: [] }

/** What is older says little about now. */
const WINDOW_SECONDS = 60

/** With one more look. `atMs`: monotonic. Other shares begin anew. */
export function measure({ last, stretches }: Split, flows: Flows, atMs: number): Split {
  const now = { flows, atMs }
  if (last === null || sharesText(last.flows) !== sharesText(flows)) return { last: now, stretches: [] }
  const given = new Map(flowsSince(last.flows, flows).links.map(({ name, newFlows }) => [name, newFlows ?? 0]))
  return { last: now, stretches: newest([...stretches, { seconds: (atMs - last.atMs) / 1000, given }]) }
}

function sharesText({ links }: Flows): string {
  return links.map(({ name, share }) => `${name} ${share}`).join()
}

function newest(stretches: readonly Stretch[]): readonly Stretch[] {
  const isTooLong = stretches.length > 1 && secondsOf(stretches) > WINDOW_SECONDS
  return isTooLong ? newest(stretches.slice(1)) : stretches
}

function secondsOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Null: not looked at twice yet. */
export function measuredOf({ stretches }: Split, link: string): Measured | null {
  if (stretches.length === 0) return null
  const total = stretches.flatMap(({ given }) => [...given.values()]).reduce((sum, count) => sum + count, 0)
  const own = stretches.reduce((sum, { given }) => sum + (given.get(link) ?? 0), 0)
  return { newShare: total === 0 ? null : own / total, rate: own / secondsOf(stretches) }
}
