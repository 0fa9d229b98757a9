import { duration } from "../figures.ts"
import type { JournalEvent } from "../events.ts"
import type { Evidence } from "../evidence.ts"
import type { Condition } from "./config.ts"
import type { Incident, Message, Subject } from "./incident.ts"

const LONGEST_LINE = 500

/** No text from a program or a file can begin a line, or steer whatever shows it. */
export function oneLine(text: string): string {
  const line = text
    .trim()
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}

export function linkWords({ link, family }: Pick<Subject, "link" | "family">): string {
  return family === "ipv6" ? `${link ?? ""} (IPv6)` : (link ?? "")
}

type Reasons = {
  readonly [T in JournalEvent["type"]]?: (event: Extract<JournalEvent, { type: T }>) => string
}

const reasons: Reasons = {
  "link.state": ({ link, from, to, reason }) => `${link} went from ${from} to ${to}: ${reason}`,
  "rules.failed": ({ error }) => error,
  "probe.broken": ({ probe, error }) => `${probe}: ${error}`,
  "config.rejected": ({ file, problems }) => `${file}: ${problems.join("; ")}`,
  "peer.lost": ({ peer, peerSite }) => `${peer} of site ${peerSite} has told nothing for too long`,
  "agent.stopped": ({ reason }) => `it was ended by ${reason}`,
  "agent.started": ({ version, pid }) =>
    `it began anew (version ${version}, pid ${pid}) without having been stopped: a crash, a kill or the power`,
}

/** What happened, by the event that opened an incident. */
export function reasonWords(event: JournalEvent): string {
  if (!Object.hasOwn(reasons, event.type)) return event.type
  const say = reasons[event.type] as (event: JournalEvent) => string
  return oneLine(say(event))
}

/** What ended an incident that was not told of any more. */
export function quietWords({ condition, end }: Pick<Incident, "condition" | "end">): string {
  const lasted = durationWords(end?.lastsMs ?? 0)
  if (condition === "agent.stopped") return `the agent has run for ${lasted} without another stop or crash`
  if (condition === "peer.lost") return `nothing was heard of it for ${lasted}; no more is told of it until it is back`
  return "it has not come again since"
}

export function evidenceWords(event: JournalEvent): string {
  return event.type === "link.state" ? partsOf(event.evidence).join(", ") : ""
}

/** A journal may hold what another version wrote. */
function partsOf({ probesSent, probesLost = 0, silenceMs, lossRatio, rttMs }: Partial<Evidence>): readonly string[] {
  return [
    ...(probesSent === undefined ? [] : [`${probesLost} of ${probesSent} probes lost`]),
    ...(silenceMs == null ? [] : [`silent for ${durationWords(silenceMs)}`]),
    ...(lossRatio === undefined ? [] : [`loss ${(lossRatio * 100).toFixed(0)} %`]),
    ...(rttMs == null ? [] : [`round trip ${rttMs.toFixed(0)} ms`]),
  ]
}

/** What to type next, on the router. */
export function nextCommand({ condition, link }: Subject): string {
  const commands: Readonly<Record<Condition, string>> = {
    "link.down": `evenkeel explain ${link ?? ""}`,
    "link.degraded": `evenkeel explain ${link ?? ""}`,
    flapping: `evenkeel events --link ${link ?? ""} --since 1h`,
    "all.down": "evenkeel status",
    "rules.failed": "evenkeel doctor",
    "agent.stopped": "systemctl status evenkeel",
    "peer.lost": "evenkeel peers",
    "probe.broken": "evenkeel doctor",
    "config.rejected": "evenkeel check",
  }
  return commands[condition]
}

/** `3m20s`, `2h10m`, `900ms`. */
export function durationWords(ms: number): string {
  return ms < 1000 ? `${Math.max(0, Math.round(ms))}ms` : duration(ms)
}

/** A message as a person reads it, without its title. */
export function textOf(message: Message): string {
  const { happened, means, evidence, next, since, until, router, site, key } = message
  return [
    happened,
    ...(evidence === "" ? [] : [`Evidence: ${evidence}`]),
    `Since: ${since}${until === null ? "" : `, until ${until}`}`,
    `For users: ${means}`,
    ...(until === null ? [`Next, on ${router} (${site}): ${next}`] : []),
    `Incident: ${key}`,
  ].join("\n")
}
