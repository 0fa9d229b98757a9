import type { AlertConfig, Hidden, Receiver } from "../core/alerts/config.ts"
import type { AlertDocument } from "./alerts.ts"
import { formatPath, type Problem } from "./problems.ts"
import { revealed, variableOf, type Environment } from "./secret.ts"

/** Variables that secrets of receivers ask for and the environment does not have, and addresses that turn out to be none. */
export function alertSecretProblems(alerts: readonly AlertDocument[], environment: Environment | null): Problem[] {
  if (environment === null) return []
  return writtenIn(alerts, ["alerts"]).flatMap(({ path, written }) => {
    const text = revealed(written, environment)
    if (text === undefined) return [{ path: formatPath(path), message: unset(written) }]
    const isUrl = path.at(-1) === "url"
    return isUrl && !isWebUrl(text) ? [{ path: formatPath(path), message: NO_URL }] : []
  })
}

const NO_URL = "found what is no address of the web, expected https://…, or ${NAME} for the environment's"

function unset(written: string): string {
  return `\${${variableOf(written) ?? ""}} is not set in the environment of this command; set it (a service: EnvironmentFile=), or use { file: PATH }`
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol)
}

interface Written {
  readonly path: readonly (string | number)[]
  readonly written: string
}

/** Every secret of a part of the document, wherever it stands. */
function writtenIn(value: unknown, path: Written["path"]): Written[] {
  if (Array.isArray(value)) return value.flatMap((part, index) => writtenIn(part, [...path, index]))
  if (typeof value !== "object" || value === null) return []
  if ("written" in value && typeof value.written === "string") return [{ path, written: value.written }]
  // What stands in a template is text, whatever it looks like.
  return Object.entries(value).flatMap(([key, part]) => (key === "template" ? [] : writtenIn(part, [...path, key])))
}

export function alertConfig(document: AlertDocument, environment: Environment): AlertConfig {
  const { name, when, links, repeat, to } = document
  return {
    name,
    when,
    links: links ?? null,
    forMs: document.for,
    repeatMs: repeat === "never" ? null : repeat,
    to: receiverOf(to, environment),
  }
}

type HiddenDocument = { readonly written: string } | { readonly file: string }

/** The rules have seen to it that exactly one is given (alert-rules.ts). */
function receiverOf(to: AlertDocument["to"], environment: Environment): Receiver {
  const hide = (hidden: HiddenDocument): Hidden => {
    if ("file" in hidden) return hidden
    const text = revealed(hidden.written, environment) ?? ""
    return () => text
  }
  const maybe = (hidden: HiddenDocument | undefined) => (hidden === undefined ? null : hide(hidden))
  const { webhook, slack, pagerduty, alertmanager, ntfy, email, exec } = to
  if (webhook !== undefined) {
    const headers = Object.entries(webhook.headers).map(([key, value]) => [key, hide(value)] as const)
    const { url, secret, template = null } = webhook
    return { kind: "webhook", url: hide(url), secret: maybe(secret), headers: Object.fromEntries(headers), template }
  }
  if (slack !== undefined) return { kind: "slack", url: hide(slack.url) }
  if (pagerduty !== undefined) return { kind: "pagerduty", ...pagerduty, routingKey: hide(pagerduty.routingKey) }
  if (alertmanager !== undefined) {
    const { username = null, password } = alertmanager
    return { kind: "alertmanager", ...alertmanager, username, password: maybe(password) }
  }
  if (ntfy !== undefined) return { kind: "ntfy", url: ntfy.url, topic: hide(ntfy.topic), token: maybe(ntfy.token) }
  if (email !== undefined) {
    const { username = null, ca = null, password } = email
    return { kind: "email", ...email, username, ca, password: maybe(password) }
  }
  return { kind: "exec", command: exec?.command ?? [], timeoutMs: exec?.timeout ?? 0 }
}
