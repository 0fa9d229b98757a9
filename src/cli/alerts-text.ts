import type { Condition } from "../core/alerts/config.ts"
import type { MessageKind, Subject } from "../core/alerts/incident.ts"
import type { Delivery } from "../core/alerts/kept.ts"
import type { Config } from "../core/config.ts"
import { ago, clock, columns, type Paint } from "./format.ts"

/** What `alerts list --json` prints of each. Times are RFC 3339. */
export interface AlertStatus extends Delivery {
  readonly name: string
  /** Kind of the receiver. */
  readonly receiver: string
  readonly when: readonly Condition[]
  /** Null: all. */
  readonly links: readonly string[] | null
  /** `told`: it has lasted long enough. */
  readonly open: readonly (Subject & { readonly key: string; readonly since: string; readonly told: boolean })[]
  /** Not delivered yet, in order. */
  readonly pending: readonly {
    readonly id: string
    readonly kind: MessageKind
    readonly title: string
    readonly time: string
  }[]
  /** The last event of the journal that it has seen; null: none. */
  readonly seq: number | null
}

const NONE = "No alerts are configured. See README: Alerts"

export function alertsText(alerts: readonly AlertStatus[], paint: Paint, nowMs: number): string {
  if (alerts.length === 0) return NONE
  const head = ["ALERT", "TO", "OPEN", "WAITING", "SENT", "LAST"].map(paint.dim)
  const rows = alerts.map(({ name, receiver, open, pending, sent, last }) => [
    name,
    receiver,
    String(open.filter(({ told }) => told).length),
    pending.length === 0 ? "0" : paint.yellow(String(pending.length)),
    String(sent),
    last === null ? "–" : `${ago(last.time, nowMs)} ago: ${last.title}`,
  ])
  return [columns([head, ...rows]), ...alerts.flatMap(alert => details(alert, paint, nowMs))].join("\n")
}

function details({ name, pending, trouble }: AlertStatus, paint: Paint, nowMs: number): readonly string[] {
  const lines = [
    ...pending.map(({ kind, title, time }) => `  ${clock(time)}  ${kind.padEnd(8)}  ${title}`),
    ...(trouble === null
      ? []
      : [
          paint.red(
            `  not delivered for ${ago(trouble.since, nowMs)}, after ${trouble.attempts} tries: ${trouble.error}`,
          ),
          `  Try it: evenkeel alerts test ${name}`,
        ]),
  ]
  return lines.length === 0 ? [] : ["", `${name} has still to say:`, ...lines]
}

/** For `check`: who is told of what. */
export function alertRows({ alerts }: Config): readonly (readonly string[])[] {
  return alerts.map(({ name, when, links, to }, i) => [
    i === 0 ? "alerts" : "",
    `${name} → ${to.kind}: ${when.join(", ")}${links === null ? "" : ` (of ${links.join(", ")})`}`,
  ])
}
