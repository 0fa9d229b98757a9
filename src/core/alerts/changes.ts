import { familyIn, type JournalEvent } from "../events.ts"
import type { FamilyName } from "../family.ts"
import type { Condition } from "./config.ts"
import { NO_SUBJECT, type Subject } from "./incident.ts"
import { isAllDown, STEADY_MS, type Known, type Lines } from "./known.ts"

/** What an event says of incidents. */
export type Change =
  /** It is so (again). `since`: RFC 3339. `lastsMs`: it is over then if nothing tells of it again; null: an event will. */
  | { readonly kind: "is"; readonly subject: Subject; readonly since: string; readonly lastsMs: number | null }
  /** It is not so (any more); `how`: the event in words. */
  | { readonly kind: "is not"; readonly subject: Partial<Subject>; readonly how: string }

/** A prober tells once that it cannot ask, and nothing when it can again. */
const BROKEN_LASTS_MS = 3_600_000
/** A router that was taken away for good would be lost for ever. */
const PEER_GONE_MS = 7 * 86_400_000
/** What fails is tried again and told again; one more minute for a router that is slow to try. */
const QUIET_RETRIES = 4
const QUIET_MS = 60_000

interface Step {
  readonly before: Known
  readonly after: Known
  readonly lines: Lines
}

type Of<T extends JournalEvent["type"]> = Extract<JournalEvent, { type: T }>

type Finders = { readonly [T in JournalEvent["type"]]?: (event: Of<T>, step: Step) => readonly Change[] }

/** Events of other types say nothing of incidents. */
const finders: Finders = {
  "link.state": linkChanges,
  "rules.failed": event => [is(event, { ...of("rules.failed"), family: familyIn(event) }, quietMs(event))],
  "weights.applied": event => [isNot({ condition: "rules.failed", family: familyIn(event) }, "the rules are written")],
  "rules.repaired": event => [isNot({ condition: "rules.failed", family: familyIn(event) }, "the rules are mended")],
  "probe.broken": event => [
    is(event, { ...of("probe.broken"), link: event.link, family: familyIn(event) }, BROKEN_LASTS_MS),
  ],
  "peer.lost": event => [is(event, { ...of("peer.lost"), peer: `${event.peerSite}/${event.peer}` }, PEER_GONE_MS)],
  "peer.state": event => [
    isNot({ condition: "peer.lost", peer: `${event.peerSite}/${event.peer}` }, `${event.peer} is heard again`),
  ],
  "agent.stopped": event => [is(event, of("agent.stopped"))],
  "agent.started": startChanges,
  "config.rejected": event => [is(event, of("config.rejected"))],
  "config.reloaded": () => [
    isNot({ condition: "config.rejected" }, "a configuration was taken"),
    isNot({ condition: "probe.broken" }, "the configuration was reloaded, and its probes are asked anew"),
  ],
}

export function changesBy(event: JournalEvent, step: Step): readonly Change[] {
  if (!Object.hasOwn(finders, event.type)) return []
  const find = finders[event.type] as (event: JournalEvent, step: Step) => readonly Change[]
  return find(event, step)
}

function linkChanges(event: Of<"link.state">, { after, lines }: Step): readonly Change[] {
  const { link, to } = event
  const family = familyIn(event)
  const subject = (condition: Condition) => ({ ...of(condition), link, family })
  const how = `${link} is ${to}: ${event.reason}`
  const leaves = (conditions: readonly Condition[]) =>
    conditions.map(condition => isNot({ condition, link, family }, how))
  const allDown = allDownChanges(event, { after, lines }, family)
  switch (to) {
    case "down":
      return [...leaves(["link.degraded"]), is(event, subject("link.down")), ...flapping(event), ...allDown]
    case "degraded":
      return [...allDown, ...leaves(["link.down"]), is(event, subject("link.degraded")), ...flapping(event)]
    case "up":
      return [...allDown, ...leaves(["link.down", "link.degraded", "probe.broken"]), ...flapping(event)]
    case "unknown":
      // Nobody knows that it is better: what was found is still the last that is known.
      return allDown
  }
}

function allDownChanges(
  event: Of<"link.state">,
  { after, lines }: Omit<Step, "before">,
  family: FamilyName,
): readonly Change[] {
  if (isAllDown(after, lines, family)) return [is(event, { ...of("all.down"), family })]
  return [isNot({ condition: "all.down", family }, `${event.link} is ${event.to}: ${event.reason}`)]
}

function flapping(event: Of<"link.state">): readonly Change[] {
  const subject = { ...of("flapping"), link: event.link, family: familyIn(event) }
  if (event.dampedMs !== undefined) return [is(event, subject, event.dampedMs)]
  const { condition, link, family } = subject
  return [isNot({ condition, link, family }, "its failures were an interruption, and are not held against it")]
}

/**
 * Without a word of farewell before it, a start tells of a crash, of a kill or of the power. What has crashed, or has
 * stopped again and again, is over when the agent has run for a while: a loop of crashes is one incident.
 */
function startChanges(event: Of<"agent.started">, { before, after }: Step): readonly Change[] {
  const hasCrashed = before.agent === "running"
  const isBack = isNot({ condition: "agent.stopped" }, "the agent has started")
  const runs = is(event, of("agent.stopped"), STEADY_MS, before.lastTime ?? event.time)
  return [
    hasCrashed || after.isRestless ? runs : isBack,
    ...(event.lastGood === true
      ? []
      : [isNot({ condition: "config.rejected" }, "the agent has started with a configuration that it takes")]),
    isNot({ condition: "probe.broken" }, "the agent has started, and its probes are asked anew"),
  ]
}

/** Null: it is not tried again by itself, so only success ends it. */
function quietMs({ retryMs }: Of<"rules.failed">): number | null {
  return retryMs > 0 ? QUIET_RETRIES * retryMs + QUIET_MS : null
}

function of<C extends Condition>(condition: C) {
  return { ...NO_SUBJECT, condition }
}

function is({ time }: JournalEvent, subject: Subject, lastsMs: number | null = null, since = time): Change {
  return { kind: "is", subject, since, lastsMs }
}

function isNot(subject: Partial<Subject>, how: string): Change {
  return { kind: "is not", subject, how }
}
