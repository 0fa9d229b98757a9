import type { FamilyName } from "../../core/family.ts"
import type { JournalEvent } from "../../core/events.ts"

/** What tells one measured series from all others. */
export interface SeriesId {
  readonly link: string
  readonly family: FamilyName
  readonly probe: string
}

interface RecordedSeries extends SeriesId {
  /** Wall-clock time of the first bucket. */
  readonly firstMs: number
  readonly rttMs: readonly (number | null)[]
  readonly loss: readonly (number | null)[]
}

/** `GET /api/v1/history`: the last hour. */
export interface Recorded {
  readonly stepMs: number
  readonly series: readonly RecordedSeries[]
  readonly shares: {
    readonly firstMs: number
    readonly stepMs: number
    /** Of new flows, 0..1, by link name. */
    readonly byLink: Readonly<Record<string, readonly (number | null)[]>>
  }
}

interface SampledSeries extends SeriesId {
  readonly rttMs: number | null
  readonly loss: number | null
}

/** `event: sample` of the stream: one step more. */
export interface Sample {
  readonly atMs: number
  readonly series: readonly SampledSeries[]
  readonly shares: Readonly<Record<string, number>>
}

/** `GET /api/v1/events`. */
export interface EventsAnswer {
  /** Oldest first. */
  readonly events: readonly JournalEvent[]
  /** There are more that match. */
  readonly truncated: boolean
}
