import type { Receiver } from "./config.ts"
import { NO_SUBJECT, type Message, type MessageKind } from "./incident.ts"

interface From {
  readonly alert: string
  readonly router: string
  readonly site: string
  /** Where it was asked for. */
  readonly host: string
}

/** Receivers that would keep an incident open until they are told that it is over. */
const KEEPERS: readonly Receiver["kind"][] = ["pagerduty", "alertmanager"]

/** A message that nobody can take for a real one, and where somebody has to close it, the one that does. */
export function testMessages(from: From, receiver: Receiver["kind"], nowMs: number): readonly Message[] {
  const kinds: readonly MessageKind[] = KEEPERS.includes(receiver) ? ["opened", "resolved"] : ["opened"]
  return kinds.map(kind => testMessage(from, kind, nowMs))
}

function testMessage({ alert, router, site, host }: From, kind: MessageKind, nowMs: number): Message {
  const key = `evenkeel:${site}:${router}:test:${nowMs}`
  const time = new Date(nowMs).toISOString()
  return {
    ...NO_SUBJECT,
    condition: "link.down",
    id: `${key}:${kind}`,
    key,
    kind,
    alert,
    router,
    site,
    severity: "warning",
    title: `TEST: ${router}: alert ${alert} works`,
    happened: `somebody typed evenkeel alerts test ${alert} on ${host}; nothing is wrong`,
    means: "Nothing: this is a test.",
    evidence: "",
    next: "evenkeel alerts list",
    time,
    since: time,
    until: kind === "resolved" ? time : null,
    event: { v: 1, seq: 1, time, router, site, type: "agent.stopped", reason: "TEST: nothing has stopped" },
  }
}
