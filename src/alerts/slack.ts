import type { Slack } from "../core/alerts/config.ts"
import type { Message, MessageKind } from "../core/alerts/incident.ts"
import { textOf } from "../core/alerts/words.ts"
import type { Post } from "./http.ts"

const MARKS: Readonly<Record<MessageKind, string>> = {
  opened: ":red_circle:",
  repeated: ":repeat:",
  resolved: ":large_green_circle:",
}

/** An incoming webhook of Slack's, and of whatever takes the same (Mattermost, Rocket.Chat). */
export function slackPost({ url }: Slack<string>, message: Message): Post {
  const { id, kind, title } = message
  const text = `${MARKS[kind]} *${escaped(title)}*\n${escaped(textOf(message))}`
  return { url, headers: { "idempotency-key": id }, body: JSON.stringify({ text }) }
}

/** Else a text could mention a channel, or hide a link. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}
