import type { Secret } from "../share-config.ts"

/** What an alert may be about (docs/alerts.md). */
export const CONDITIONS = [
  "link.down",
  "link.degraded",
  "all.down",
  "flapping",
  "rules.failed",
  "agent.stopped",
  "peer.lost",
  "probe.broken",
  "config.rejected",
] as const

export type Condition = (typeof CONDITIONS)[number]

/** What must not be told: a text, or a file that holds it and is read for each try. */
export type Hidden = Secret | HiddenFile
export type HiddenFile = { readonly file: string }

/** Who is told of what. `H`: how secrets are held; `Plain` where they are handed to another thread. */
export interface AlertConfig<H = Hidden> {
  readonly name: string
  readonly when: readonly Condition[]
  /** For conditions that one link has; null: every link. */
  readonly links: readonly string[] | null
  /** It must last so long before it is told. */
  readonly forMs: number
  /** While it lasts it is told again this often; null: never. */
  readonly repeatMs: number | null
  readonly to: Receiver<H>
}

export type Plain = string | HiddenFile

export type Receiver<H = Hidden> = Webhook<H> | Slack<H> | PagerDuty<H> | Alertmanager<H> | Ntfy<H> | Email<H> | Exec

export interface Webhook<H = Hidden> {
  readonly kind: "webhook"
  readonly url: H
  /** Of the signature; null: not signed. */
  readonly secret: H | null
  readonly headers: Readonly<Record<string, H>>
  /** Text or anything that JSON knows, with `{{fields}}` of the message in its texts; null: the message itself. */
  readonly template: unknown
}

export interface Slack<H = Hidden> {
  readonly kind: "slack"
  readonly url: H
}

export interface PagerDuty<H = Hidden> {
  readonly kind: "pagerduty"
  readonly url: string
  readonly routingKey: H
}

export interface Alertmanager<H = Hidden> {
  readonly kind: "alertmanager"
  readonly url: string
  readonly username: string | null
  readonly password: H | null
  /** Beside those of the alert. */
  readonly labels: Readonly<Record<string, string>>
}

export interface Ntfy<H = Hidden> {
  readonly kind: "ntfy"
  readonly url: string
  readonly topic: H
  readonly token: H | null
}

export interface Email<H = Hidden> {
  readonly kind: "email"
  readonly host: string
  readonly port: number
  /** From the first byte on, after STARTTLS, or never. */
  readonly tls: "always" | "starttls" | "off"
  /** PEM file of the authority that signed the server's certificate; null: one that the system trusts. */
  readonly ca: string | null
  readonly username: string | null
  readonly password: H | null
  readonly from: string
  readonly to: readonly string[]
}

export interface Exec {
  readonly kind: "exec"
  /** Path of the program, and its arguments: no shell reads them. */
  readonly command: readonly string[]
  readonly timeoutMs: number
}

/** An alert as it can be handed to another thread: every secret as plain text. */
export function plainAlert(alert: AlertConfig): AlertConfig<Plain> {
  return revealed(alert) as AlertConfig<Plain>
}

function revealed(value: unknown): unknown {
  if (typeof value === "function") return (value as Secret)()
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revealed(part)]))
}
