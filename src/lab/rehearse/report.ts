import type { ScenarioName } from "./scenarios.ts"

/** Share of the connections that succeeded by link name, 0..1, as the server saw them; null: there were none. */
export type Traffic = Readonly<Record<string, number>> | null

/** What one scenario came to for one link. Times in milliseconds; those without another beginning count from the fault. */
export interface Run {
  readonly link: string
  readonly scenario: ScenarioName
  /** Why it could not be rehearsed; null: it was, and only then does the rest tell anything. */
  readonly error: string | null
  /** Until the journal has it; null: it was not noticed. */
  readonly detectedMs: number | null
  /** As the journal says it. */
  readonly reason: string | null
  /** Until the rules that follow from it were in force; null: none followed. */
  readonly steeredMs: number | null
  readonly outage: Outage
  readonly flows: Flows
  readonly traffic: { readonly before: Traffic; readonly during: Traffic; readonly after: Traffic }
  /** From its end until the link was taken for mended; null: that was not waited for, or did not come. */
  readonly backMs: number | null
  /** By the configuration it takes longer than a rehearsal: `backMs` was not waited for. */
  readonly isBackLater: boolean
}

/** Where no other link could have carried, both count from the end of the fault. */
interface Outage {
  /** Longest time that one of ten users, who tries four times a second, could open no connection. */
  readonly newConnectionsMs: number
  /**
   * Longest time from the last sign of life of an open connection until it was made again, or went on; the latter only where it
   * was not to wait for its link (`onDown: hold`, a brown-out, no other link).
   */
  readonly openFlowsMs: number
}

/** Long flows, by the link that they were on when the fault came. What opened since then may have gone anywhere. */
export interface Flows {
  readonly onLink: number
  /** Of these, those that had to connect again before the link was mended, and those that were still waiting for it then. */
  readonly broken: number
  readonly waiting: number
  readonly elsewhere: number
  /** Of these, to the very end: none should be. */
  readonly brokenElsewhere: number
  /** From a metered link to a better one that came back. */
  readonly movedBack: number
}

/** What a rehearsal came to. */
export interface Rehearsal {
  /** In the order of the configuration, then of the scenarios. */
  readonly runs: readonly Run[]
  /** What was not rehearsed, or not as on the router, and why. */
  readonly notes: readonly string[]
  readonly tookMs: number
}
