import type { JournalEvent } from "../../core/events.ts"
import type { FaultTime } from "../../lab/faults.ts"
import type { Timed } from "../../lab/timed.ts"
import type { Attempt, HoldEvent } from "../../lab/traffic/report.ts"
import type { Scene } from "./scenes.ts"

/** All that was seen during the demo. Times of attempts, long flows and faults are `monotonicMs`. */
export interface Record {
  readonly attempts: readonly Attempt[]
  readonly holds: readonly HoldEvent[]
  readonly events: readonly Timed[]
}

/** A scene that was played: from its fault to the next one's. */
export interface Played {
  readonly scene: Scene
  readonly fault: FaultTime
  readonly endMs: number
}

/** What one scene came to. Times in milliseconds from its fault; null: it did not happen. */
export interface Finding {
  readonly name: string
  readonly detectedMs: number | null
  readonly rulesMs: number | null
  /** From the fault to the start of the last connection that did not open at once. */
  readonly outageMs: number
  readonly opened: number
  readonly failed: number
  /** Long flows that broke though their link was healthy. */
  readonly brokenElsewhere: number
  readonly asExpected: boolean
}

/** A connection of the lab opens within a few milliseconds; one that needed a retransmission (RFC 6298: 1 s) had an outage. */
const AT_ONCE_MS = 500

export function find(record: Record, played: Played, linkOf: (address: string) => string | null): Finding {
  const { scene, fault } = played
  const isWithin = (ms: number) => ms >= fault.askedMs && ms < played.endMs
  const attempts = record.attempts.filter(attempt => isWithin(attempt.startMs))
  const events = record.events.filter(({ atMs }) => isWithin(atMs))
  const change = events.find(({ event }) => event.type === "link.state" && event.from !== "unknown")
  const rules = change && events.find(({ atMs, event }) => atMs >= change.atMs && event.type === "weights.applied")
  const since = (timed: Timed | undefined) => (timed === undefined ? null : Math.max(0, timed.atMs - fault.askedMs))
  const brokenElsewhere = record.holds.filter(
    hold => hold.kind === "broken" && isWithin(hold.atMs) && linkOf(hold.via) !== scene.expects?.link,
  ).length
  return {
    name: scene.name,
    detectedMs: since(change),
    rulesMs: since(rules),
    outageMs: outageMs(attempts, fault),
    opened: attempts.length,
    failed: attempts.filter(attempt => !attempt.ok).length,
    brokenElsewhere,
    asExpected: brokenElsewhere === 0 && isAsExpected(scene, change?.event),
  }
}

function outageMs(attempts: readonly Attempt[], fault: FaultTime): number {
  const held = attempts.filter(attempt => !attempt.ok || attempt.tookMs > AT_ONCE_MS)
  return Math.max(0, ...held.map(attempt => attempt.startMs - fault.askedMs))
}

function isAsExpected({ expects }: Scene, change: JournalEvent | undefined): boolean {
  if (expects === null) return change === undefined
  return change?.type === "link.state" && change.link === expects.link && change.to === expects.to
}
