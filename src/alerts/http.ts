import { request as requestHttp, type IncomingMessage } from "node:http"
import { request as requestHttps } from "node:https"
import { connectTo } from "./connection.ts"
import { failed, refusedMessage, type Verdict } from "./verdict.ts"
import { TooLate, within } from "./within.ts"

export interface Post {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Of an answer: enough for a message of error, and no more memory for one that never ends. */
const MOST_BYTES = 4096

/**
 * Sends one POST, over a connection of its own: one that was kept would be tied to the link that was up when it was made.
 * No redirect is followed. Whatever goes wrong is a verdict; only an abort of `signal` may show as any failure.
 */
export async function post(what: Post, answerMs: number, signal: AbortSignal): Promise<Verdict> {
  try {
    return await within(answerMs, [signal], ended => exchange(what, ended))
  } catch (error) {
    return failed(wordsFor(error, answerMs))
  }
}

/** @throws what `signal` was aborted with, whatever comes of that on the way */
async function exchange(what: Post, signal: AbortSignal): Promise<Verdict> {
  try {
    return await converse(what, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

async function converse({ url, headers = {}, body }: Post, signal: AbortSignal): Promise<Verdict> {
  const address = new URL(url)
  const socket = await connectTo(address, signal)
  const request = address.protocol === "https:" ? requestHttps : requestHttp
  const length = String(Buffer.byteLength(body))
  const all = { "content-type": "application/json", "user-agent": "evenkeel", ...headers, "content-length": length }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(address, { method: "POST", createConnection: () => socket, headers: all })
      .on("response", resolve)
      .on("error", reject)
      .end(body)
  })
  return verdictOn(answer, await textOf(answer))
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part)
    length += part.length
    if (length >= MOST_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, MOST_BYTES).toString()
}

/** Statuses of RFC 9110 and RFC 6585 that say "later", beside all of 5xx. */
const LATER = [408, 425, 429]
/** Those that may be said of what is sent, and not of the key or the address. */
const OF_MESSAGE = [400, 413, 415, 422, 431]

function verdictOn({ statusCode: status = 0, headers }: IncomingMessage, text: string): Verdict {
  const said = `HTTP ${status}${text.trim() === "" ? "" : `: ${text}`}`
  if (status >= 200 && status < 300) return { ok: true, said }
  if (status >= 300 && status < 400)
    return failed(`HTTP ${status}: it redirects, which is not followed; write the address that it redirects to`, true)
  if (OF_MESSAGE.includes(status)) return refusedMessage(said)
  const isRefused = status < 500 && !LATER.includes(status)
  return failed(said, isRefused, retryAfterMs(headers["retry-after"]))
}

/** Only seconds: a date would ask for a clock that is right. */
function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : null
}

function wordsFor(error: unknown, answerMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof TooLate || error.cause instanceof TooLate) return `no answer within ${answerMs / 1000} s`
  // Of several addresses that were tried (RFC 8305) the first tells as much as all.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : String(first)
}
