import type { Family } from "./ip-family.ts"
import type { Evidence } from "./evidence.ts"
import { familyName, type FamilyName } from "./family.ts"
import type { LinkStateName } from "./link-state.ts"
import type { Override, OverrideId } from "./overrides.ts"

/** What happened, before the journal gives it its number, time and place (contract: Journal and events). */
export type EventDraft =
  | {
      readonly type: "agent.started"
      readonly version: string
      readonly pid: number
      readonly backend: string
      /** The configuration is wrong, and is run as an agent last took it. */
      readonly lastGood?: true
    }
  | { readonly type: "agent.stopped"; readonly reason: string }
  | { readonly type: "config.reloaded"; readonly file: string }
  | { readonly type: "config.rejected"; readonly file: string; readonly problems: readonly string[] }
  | {
      readonly type: "link.state"
      readonly link: string
      readonly family: FamilyName
      readonly from: LinkStateName
      readonly to: LinkStateName
      readonly reason: string
      readonly evidence: Evidence
      /** It is damped: so long it stays out at most, unless it goes down again. Absent: it is not. */
      readonly dampedMs?: number
    }
  | { readonly type: "link.carrier"; readonly link: string; readonly carrier: boolean }
  | {
      readonly type: "link.address"
      readonly link: string
      readonly family: FamilyName
      readonly address: string | null
      readonly gateway: string | null
    }
  | {
      readonly type: "weights.applied"
      readonly family: FamilyName
      /** Share of new flows by link name, 0..1. */
      readonly shares: Readonly<Record<string, number>>
      readonly tookMs: number
    }
  | { readonly type: "rules.repaired"; readonly family: FamilyName; readonly what: readonly string[] }
  | { readonly type: "rules.failed"; readonly family: FamilyName; readonly error: string; readonly retryMs: number }
  | {
      readonly type: "probe.broken"
      readonly link: string
      readonly family: FamilyName
      readonly probe: string
      readonly error: string
    }
  /** An operator has decided something at run time. `until`: RFC 3339; null: until it is taken back. */
  | ({ readonly type: "override.set" } & Override)
  | ({ readonly type: "override.cleared"; readonly why: string } & OverrideId)
  /** `store`: where Redis is, without secrets. */
  | { readonly type: "share.connected"; readonly store: string }
  | { readonly type: "share.disconnected"; readonly store: string; readonly error: string }
  | {
      readonly type: "peer.state"
      /** The other router. */
      readonly peer: string
      readonly peerSite: string
      readonly link: string
      readonly line: string | null
      readonly from: LinkStateName
      readonly to: LinkStateName
      readonly reason: string
    }
  | { readonly type: "peer.lost"; readonly peer: string; readonly peerSite: string }
  | ({ readonly type: "alert.sent" } & AlertNews)
  /** Told once until a message gets through, and once more if it is refused for good. `retryMs`: until the next try; 0: there is none, for it is put aside. */
  | ({ readonly type: "alert.failed"; readonly error: string; readonly retryMs: number } & AlertNews)

/** Which message of which alert. */
interface AlertNews {
  readonly alert: string
  /** Kind of the receiver. */
  readonly receiver: string
  /** Of the incident. */
  readonly key: string
  readonly condition: string
  readonly message: "opened" | "repeated" | "resolved"
  /** Absent: it is of no link. */
  readonly link?: string
  readonly attempts: number
}

/** Lines of before 0.2 have no `family`: they are IPv4's. */
export function familyIn(event: { readonly family?: FamilyName }): FamilyName {
  return event.family ?? "ipv4"
}

const TROUBLES: readonly string[] = [
  "rules.failed",
  "config.rejected",
  "probe.broken",
  "share.disconnected",
  "peer.lost",
  "alert.failed",
] satisfies readonly EventDraft["type"][]

/** Somebody may have to do something about it. */
export function isTrouble({ type }: { readonly type: string }): boolean {
  return TROUBLES.includes(type)
}

/** `retryMs` 0: it is not tried again by itself. */
export function rulesFailed(family: Family, error: unknown, retryMs: number): EventDraft {
  const message = error instanceof Error ? error.message : String(error)
  return { type: "rules.failed", family: familyName(family), error: message, retryMs }
}

/** One line of the journal. */
export type JournalEvent = EventDraft & {
  readonly v: 1
  /** From 1, without gaps, across restarts. */
  readonly seq: number
  /** RFC 3339, UTC. */
  readonly time: string
  readonly router: string
  readonly site: string
}
