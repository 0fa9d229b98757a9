import type { Condition } from "./config.ts"
import type { Incident, MessageKind, Severity } from "./incident.ts"
import { durationWords, linkWords } from "./words.ts"

const SEVERITIES: Readonly<Record<Condition, Severity>> = {
  "all.down": "critical",
  "rules.failed": "critical",
  "link.down": "error",
  "agent.stopped": "error",
  "link.degraded": "warning",
  flapping: "warning",
  "peer.lost": "warning",
  "probe.broken": "warning",
  "config.rejected": "warning",
}

export function severityOf(condition: Condition): Severity {
  return SEVERITIES[condition]
}

/** What is so, and what is so when it is over. */
type Words = readonly [is: string, isOver: string]

/** One line that says it all, with the router in front: a phone shows no more. */
export function titleOf(kind: MessageKind, incident: Incident, lastedMs: number): string {
  const [is, isOver] = wordsFor(incident, lastedMs)
  const lasted = durationWords(lastedMs)
  const said = { opened: is, repeated: `${is}, still after ${lasted}`, resolved: `${isOver} after ${lasted}` }
  return `${incident.event.router}: ${said[kind]}`
}

function wordsFor(subject: Incident, lastedMs: number): Words {
  const link = linkWords(subject)
  const six = subject.family === "ipv6" ? "IPv6 " : ""
  const words: Readonly<Record<Condition, Words>> = {
    "link.down": [`${link} is down`, `${link} works again`],
    "link.degraded": [`${link} is degraded`, `${link} is not degraded any more`],
    "all.down": [`all ${six}links are down`, `an ${six === "" ? "" : "IPv6 "}uplink answers again`],
    flapping: [`${link} keeps going down`, `${link} is steady again`],
    "rules.failed": [`${six}rules cannot be written`, `${six}rules are written again`],
    "agent.stopped": [
      "the agent has stopped",
      subject.end === null ? "the agent is back" : "the agent is steady again",
    ],
    "peer.lost": [
      `${subject.peer ?? ""} is no longer heard of`,
      `${subject.peer ?? ""} is ${isQuietFor(subject, lastedMs) ? "taken for gone for good" : "heard again"}`,
    ],
    "probe.broken": [`${link} cannot be probed as configured`, `${link} can be probed again`],
    "config.rejected": ["the new configuration is refused", "the configuration is in order"],
  }
  return words[subject.condition]
}

function isQuietFor({ end }: Incident, lastedMs: number): boolean {
  return end !== null && lastedMs >= end.lastsMs
}
