import type { Alertmanager } from "../core/alerts/config.ts"
import type { Message } from "../core/alerts/incident.ts"
import type { Post } from "./http.ts"

/**
 * Alertmanager ends by itself what is not told again for five minutes, since Prometheus tells everything every minute. This
 * program tells when it is over, so until then nothing is.
 */
const LASTS_MS = 366 * 24 * 3_600_000

/** API v2. Alerts with the same labels are one; which time it is `startsAt` tells. */
export function alertmanagerPost({ url, username, password, labels }: Alertmanager<string>, message: Message): Post {
  const { id, key, title, happened, means, evidence, next, since, time, until } = message
  const endsAt = until ?? new Date(Date.parse(time) + LASTS_MS).toISOString()
  const alert = {
    labels: { ...labelsOf(message), ...labels },
    annotations: { summary: title, description: happened, means, evidence, next, incident: key },
    startsAt: since,
    endsAt: Date.parse(endsAt) < Date.parse(since) ? since : endsAt,
  }
  const login = username === null ? null : Buffer.from(`${username}:${password ?? ""}`).toString("base64")
  const headers = { "idempotency-key": id, ...(login === null ? {} : { authorization: `Basic ${login}` }) }
  return { url: `${url.replace(/\/+$/, "")}/api/v2/alerts`, headers, body: JSON.stringify([alert]) }
}

function labelsOf({
  condition,
  severity,
  router,
  site,
  link,
  family,
  peer,
}: Message): Readonly<Record<string, string>> {
  const all = { alertname: alertName(condition), condition, severity, router, site, link, family, peer }
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
}

/** `EvenkeelLinkDown` of `link.down`. */
function alertName(condition: string): string {
  const words = condition.split(".").map(word => word.charAt(0).toUpperCase() + word.slice(1))
  return `Evenkeel${words.join("")}`
}
