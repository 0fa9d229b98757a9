import type { Condition } from "./config.ts"
import type { Subject } from "./incident.ts"
import { isAllDown, working, type Known, type Lines } from "./known.ts"

/** What users notice of it, as far as the journal tells. */
export function meaningOf(subject: Subject, known: Known, lines: Lines): string {
  const meanings: Readonly<Record<Condition, () => string>> = {
    "link.down": () => elsewhere(subject, known, lines),
    "link.degraded": () => "It works, with loss or delay; new flows get less of it, those that are on it stay.",
    "all.down": () => `Users are cut off${subject.family === "ipv6" ? " from IPv6" : ""} until a link answers.`,
    flapping: () => `It gets no new flows until it has been steady for a while. ${elsewhere(subject, known, lines)}`,
    "rules.failed": () => "The last good rules stay in force, so a failover may not take place.",
    "agent.stopped": () => "The rules stay in force; a link that dies is not noticed until the agent runs again.",
    "peer.lost": () => "Its links are unknown now; this router goes on by itself.",
    "config.rejected": () =>
      "The configuration of before stays in force; a restart goes on with it, if the agent is run with --last-good.",
    "probe.broken": () =>
      "It does not count against the link; with fewer targets a failure is found later, or not at all.",
  }
  return meanings[subject.condition]()
}

function elsewhere({ link, family }: Subject, known: Known, lines: Lines): string {
  const others = working(known, lines, family ?? "ipv4").filter(other => other !== link)
  if (others.length > 0) return `New flows go over ${others.join(", ")}.`
  const isCutOff = isAllDown(known, lines, family ?? "ipv4")
  return isCutOff ? "No other link works: users are cut off." : "No other link is known to work."
}
