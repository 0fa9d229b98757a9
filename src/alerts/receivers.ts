import type { Plain, Receiver } from "../core/alerts/config.ts"
import type { Message } from "../core/alerts/incident.ts"
import { oneLine } from "../core/alerts/words.ts"
import { alertmanagerPost } from "./alertmanager.ts"
import type { Patience } from "./backoff.ts"
import { execute, type Run } from "./exec.ts"
import { post, type Post } from "./http.ts"
import { ntfyPost } from "./ntfy.ts"
import { pagerdutyPost } from "./pagerduty.ts"
import { reveal, secretsOf, without } from "./reveal.ts"
import { slackPost } from "./slack.ts"
import { failed, type Verdict } from "./verdict.ts"
import { webhookPost } from "./webhook.ts"

/** What it takes to send. */
export interface Means {
  readonly run: Run
  readonly patience: Patience
}

/** Tries once to deliver a message. Never rejects; what it says holds no secret and is one line. */
export type Send = (message: Message, signal: AbortSignal) => Promise<Verdict>

export function senderFor(to: Receiver<Plain>, means: Means): Send {
  return async (message, signal) => {
    const open = await reveal(to).catch((error: unknown) => failed(`a secret cannot be read: ${wordsFor(error)}`, true))
    if ("ok" in open) return open
    const verdict = await send(open, message, means, signal).catch((error: unknown) => failed(wordsFor(error), true))
    return cleaned(verdict, secretsOf(open))
  }
}

async function send(
  to: Receiver<string>,
  message: Message,
  { run, patience }: Means,
  signal: AbortSignal,
): Promise<Verdict> {
  if (to.kind === "exec") return execute(to, message, run, signal)
  if (to.kind !== "email") return post(postFor(to, message), patience.answerMs, signal)
  // Loaded when there is mail to send: it is larger than all the rest.
  const { sendEmail } = await import("./email.ts")
  return sendEmail(to, message, patience.answerMs, signal)
}

function postFor(to: Exclude<Receiver<string>, { kind: "email" | "exec" }>, message: Message): Post {
  switch (to.kind) {
    case "webhook":
      return webhookPost(to, message, Date.now())
    case "slack":
      return slackPost(to, message)
    case "pagerduty":
      return pagerdutyPost(to, message)
    case "alertmanager":
      return alertmanagerPost(to, message)
    case "ntfy":
      return ntfyPost(to, message)
  }
}

function cleaned(verdict: Verdict, secrets: readonly string[]): Verdict {
  const clean = (text: string) => oneLine(without(secrets, text))
  return verdict.ok ? { ...verdict, said: clean(verdict.said) } : { ...verdict, error: clean(verdict.error) }
}

function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
