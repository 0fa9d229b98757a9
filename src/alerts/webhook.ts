import { createHmac } from "node:crypto"
import type { Webhook } from "../core/alerts/config.ts"
import type { Message } from "../core/alerts/incident.ts"
import { filled } from "../core/alerts/template.ts"
import { textOf } from "../core/alerts/words.ts"
import type { Post } from "./http.ts"

/** The message as JSON, or whatever the template makes of it; signed where there is a secret. */
export function webhookPost(
  { url, secret, headers, template }: Webhook<string>,
  message: Message,
  nowMs: number,
): Post {
  const content = template === null ? { ...message, text: textOf(message) } : filled(template, message)
  const body = typeof content === "string" ? content : JSON.stringify(content)
  const type = typeof content === "string" ? "text/plain; charset=utf-8" : "application/json"
  const signature = secret === null ? {} : signed(secret, message.id, body, nowMs)
  return {
    url,
    body,
    headers: { "content-type": type, ...lowerCased(headers), "idempotency-key": message.id, ...signature },
  }
}

/**
 * As standardwebhooks.com has it: HMAC-SHA256 of id, seconds since 1970 and body. A secret that begins with `whsec_` is
 * base64, any other is its own letters.
 */
function signed(secret: string, id: string, body: string, nowMs: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : secret
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` }
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
