import type { PagerDuty } from "../core/alerts/config.ts"
import type { Message } from "../core/alerts/incident.ts"
import type { Post } from "./http.ts"

/** PagerDuty's limit. */
const LONGEST_SUMMARY = 1024

/** Events API v2. `dedup_key` makes one incident of all messages about it, however often they are sent. */
export function pagerdutyPost({ url, routingKey }: PagerDuty<string>, message: Message): Post {
  const { id, key, kind, title, router, site, severity, condition, link, since } = message
  const { happened, means, evidence, next } = message
  const event = {
    routing_key: routingKey,
    event_action: kind === "resolved" ? "resolve" : "trigger",
    dedup_key: key,
    client: `evenkeel on ${router}`,
    payload: {
      summary: title.slice(0, LONGEST_SUMMARY),
      source: router,
      severity,
      timestamp: since,
      component: link ?? router,
      group: site,
      class: condition,
      custom_details: { happened, since, means, evidence, next, message: kind },
    },
  }
  return { url, headers: { "idempotency-key": id }, body: JSON.stringify(event) }
}
