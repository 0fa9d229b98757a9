import type { Ntfy } from "../core/alerts/config.ts"
import type { Message, Severity } from "../core/alerts/incident.ts"
import { textOf } from "../core/alerts/words.ts"
import type { Post } from "./http.ts"

const PRIORITIES: Readonly<Record<Severity, number>> = { critical: 5, error: 4, warning: 3 }

/** Published as JSON: headers would need an encoding of their own for anything but ASCII. */
export function ntfyPost({ url, topic, token }: Ntfy<string>, message: Message): Post {
  const { id, kind, title, severity, condition } = message
  const isOver = kind === "resolved"
  const body = {
    topic,
    title,
    message: textOf(message),
    priority: isOver ? 3 : PRIORITIES[severity],
    tags: [isOver ? "white_check_mark" : "rotating_light", condition],
  }
  const headers = { "idempotency-key": id, ...(token === null ? {} : { authorization: `Bearer ${token}` }) }
  return { url, headers, body: JSON.stringify(body) }
}
