import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import type { Socket } from "node:net"
import { createTransport, type SMTPTransportOptions } from "nodemailer"
import type { Email } from "../core/alerts/config.ts"
import type { Message } from "../core/alerts/incident.ts"
import { textOf } from "../core/alerts/words.ts"
import { connectSocket } from "./connection.ts"
import { failed, refusedMessage, type Verdict } from "./verdict.ts"
import { orAbort, within } from "./within.ts"

/** Steps of a conversation (connect, greet, log in, hand over) that may each take their time. */
const MOST_STEPS = 3

/** Over a connection of its own, as `post` in http.ts. */
export async function sendEmail(
  email: Email<string>,
  message: Message,
  answerMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const { response } = await within(MOST_STEPS * answerMs, [signal], ended =>
      handOver(email, message, answerMs, ended),
    )
    return { ok: true, said: response }
  } catch (error) {
    return verdictOn(error)
  }
}

async function handOver(email: Email<string>, message: Message, answerMs: number, ended: AbortSignal) {
  const transport = createTransport(await settings(email, answerMs, ended))
  try {
    return await orAbort(transport.sendMail(mailOf(email, message)), ended, "it took too long, or was ended")
  } finally {
    transport.close()
  }
}

async function settings(
  { host, port, tls, ca, username, password }: Email<string>,
  answerMs: number,
  ended: AbortSignal,
): Promise<SMTPTransportOptions> {
  return {
    host,
    port,
    getSocket: (_, callback) => {
      connection(host, port, answerMs, ended).then(found => {
        callback(null, { connection: found })
      }, callback)
    },
    secure: tls === "always",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "off",
    tls: ca === null ? {} : { ca: await readFile(ca, "utf8") },
    ...(username === null ? {} : { auth: { user: username, pass: password ?? "" } }),
    greetingTimeout: answerMs,
    // Later than the end of the attempt, which resets the connection: this would close it and leave the mail on its way.
    socketTimeout: (MOST_STEPS + 1) * answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** What still connects then is ended with the attempt. */
function connection(host: string, port: number, connectMs: number, ended: AbortSignal): Promise<Socket> {
  const connected = (late: AbortSignal) =>
    orAbort(connectSocket(host, port, ended), late, `no connection within ${connectMs / 1000} s`)
  return within(connectMs, [], connected)
}

/** Mail clients show one conversation for one incident, and servers know a message that comes twice by its id. */
function mailOf({ from, to }: Email<string>, message: Message) {
  const { id, key, kind, title, severity, time } = message
  const first = messageId(`${key}:opened`, message)
  return {
    from,
    to: [...to],
    subject: `[evenkeel] ${title}`,
    text: `${title}\n\n${textOf(message)}\n`,
    date: new Date(time),
    messageId: messageId(id, message),
    ...(kind === "opened" ? {} : { inReplyTo: first, references: first }),
    headers: { "Auto-Submitted": "auto-generated", "X-Evenkeel-Incident": key, "X-Evenkeel-Message": id },
    priority: severity === "warning" || kind === "resolved" ? ("normal" as const) : ("high" as const),
  }
}

function messageId(id: string, { router, site }: Message): string {
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 32)
  return `<${hash}@${router}.${site}.evenkeel>`
}

/** What a server answers with 5xx it would answer again (RFC 5321, 4.2.1); so would one that asks for TLS or a login. */
function verdictOn(error: unknown): Verdict {
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string }
  const words = error instanceof Error ? error.message : String(error)
  if (code === "EMESSAGE" && responseCode !== undefined && responseCode >= 500) return refusedMessage(words)
  const isRefused = (responseCode !== undefined && responseCode >= 500) || code === "EAUTH" || code === "ENOENT"
  return failed(words, isRefused)
}
