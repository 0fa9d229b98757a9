import type { JournalEvent } from "../events.ts"
import { familyIn } from "../events.ts"
import type { Config } from "../config.ts"
import { viewOf, type FamilyName } from "../family.ts"
import type { Family } from "../ip-family.ts"
import type { LinkStateName } from "../link-state.ts"

/** What the journal has told so far, as far as alerts need to know. */
export interface Known {
  /** By family and link. */
  readonly states: Readonly<Record<FamilyName, Readonly<Record<string, LinkStateName>>>>
  readonly agent: "running" | "stopped" | "unknown"
  /** When the agent last came back from a stop or a crash (RFC 3339); null: it never had to. */
  readonly cameBack: string | null
  /** The stop or crash that it came back from, or is stopped by, came soon after the one before. */
  readonly isRestless: boolean
  /** Time of the last event (RFC 3339); null: there was none. */
  readonly lastTime: string | null
}

export const NOTHING_KNOWN: Known = {
  states: { ipv4: {}, ipv6: {} },
  agent: "unknown",
  cameBack: null,
  isRestless: false,
  lastTime: null,
}

/** Names of the links of each family that are steered. */
export type Lines = Readonly<Record<FamilyName, readonly string[]>>

export function linesOf(config: Config): Lines {
  const names = (family: Family) => viewOf(config, family).links.map(({ name }) => name)
  return { ipv4: names(4), ipv6: names(6) }
}

export function learn(known: Known, event: JournalEvent): Known {
  const told = { ...known, lastTime: event.time }
  if (event.type === "agent.started") return startedAgain(known, told)
  if (event.type === "agent.stopped") return { ...told, agent: "stopped", isRestless: isSoon(known, event.time) }
  if (event.type !== "link.state") return told
  const family = familyIn(event)
  const states = { ...known.states, [family]: { ...known.states[family], [event.link]: event.to } }
  return { ...told, states }
}

/** An agent that has run for so long since it came back is steady. */
export const STEADY_MS = 300_000

function startedAgain({ agent, isRestless, lastTime }: Known, told: Known & { readonly lastTime: string }): Known {
  if (agent === "unknown") return { ...told, agent: "running" }
  const hasCrashed = agent === "running"
  const restless = hasCrashed ? isSoon(told, lastTime ?? told.lastTime) : isRestless
  return { ...told, agent: "running", cameBack: told.lastTime, isRestless: restless }
}

/** A clock that was set back tells of no time at all. */
function isSoon({ cameBack }: Known, time: string): boolean {
  return cameBack !== null && Date.parse(time) - Date.parse(cameBack) < STEADY_MS
}

/** Links of the family that carry, or can: what is known of them last. */
export function working({ states }: Known, lines: Lines, family: FamilyName): readonly string[] {
  return lines[family].filter(link => ["up", "degraded"].includes(states[family][link] ?? "unknown"))
}

/** A link of which nothing is known is not known to be down. */
export function isAllDown({ states }: Known, lines: Lines, family: FamilyName): boolean {
  return lines[family].length > 0 && lines[family].every(link => states[family][link] === "down")
}

/** In at least one family no link works. */
export function isCutOff(known: Known, lines: Lines): boolean {
  return isAllDown(known, lines, "ipv4") || isAllDown(known, lines, "ipv6")
}

/** Without links that are not steered (any more). */
export function onlyOf({ states, ...same }: Known, lines: Lines): Known {
  const kept = (family: FamilyName) =>
    Object.fromEntries(Object.entries(states[family]).filter(([link]) => lines[family].includes(link)))
  return { ...same, states: { ipv4: kept("ipv4"), ipv6: kept("ipv6") } }
}
