import { readFileSync } from "node:fs"
import { filter, firstValueFrom, timeout } from "rxjs"
import type { JournalEvent } from "../../../src/core/events.ts"
import type { LabAgent } from "../../../src/lab/agent.ts"

interface Wait {
  /** Events up to this one do not count. */
  readonly afterSeq?: number
  readonly withinMs?: number
}

/** The first such event of the journal. @throws Error when none comes in time. */
export function untilEvent(
  { events$ }: Pick<LabAgent, "events$">,
  isWanted: (event: JournalEvent) => boolean,
  { afterSeq = 0, withinMs = 20_000 }: Wait = {},
): Promise<JournalEvent> {
  return firstValueFrom(
    events$.pipe(
      filter(event => event.seq > afterSeq && isWanted(event)),
      timeout({ first: withinMs }),
    ),
  )
}

/** The first time from now on that a link enters a state in the family that users speak. */
export function untilState(
  agent: LabAgent,
  link: string,
  to: string,
  wait: Omit<Wait, "afterSeq"> = {},
): Promise<JournalEvent> {
  const isWanted = (event: JournalEvent) =>
    event.type === "link.state" && event.link === link && event.to === to && event.family === agent.family
  return untilEvent(agent, isWanted, { afterSeq: lastSeq(agent), ...wait })
}

/** What is in the journal now. */
export function journal({ stateDir }: Pick<LabAgent, "stateDir">): readonly JournalEvent[] {
  const lines = readFileSync(`${stateDir}/events.jsonl`, "utf8").split("\n").filter(Boolean)
  return lines.map(line => JSON.parse(line) as JournalEvent)
}

export function lastSeq(agent: Pick<LabAgent, "stateDir">): number {
  return journal(agent).at(-1)?.seq ?? 0
}

/** What was written since, without what every event bears: easy to compare. */
export function eventsSince(agent: Pick<LabAgent, "stateDir">, seq: number): readonly JournalEvent[] {
  return journal(agent).filter(event => event.seq > seq)
}
