import type { IncomingMessage } from "node:http"
import type { HttpSpec } from "../src/core/probe-spec.ts"
import { Failure } from "./failure.ts"

/** Enough for a page that a human reads; nobody downloads more than that to find one text. */
const MOST_BYTES = 64 * 1024

type Expected = Pick<HttpSpec, "expect" | "body">

/** Calls one of the two as soon as it is known whether the answer is the expected one. */
export function examine(
  response: IncomingMessage,
  { expect, body }: Expected,
  done: () => void,
  fail: (failure: Failure) => void,
): void {
  const status = response.statusCode ?? 0
  if (expect === null ? status < 200 || status > 299 : status !== expect)
    fail(new Failure("answer", wrongStatus(status, expect, response.headers.location)))
  else if (body === null) done()
  else search(response, body, done, fail)
}

/** Only where a redirect leads to, not all of it: it may hold what identifies a customer. */
function wrongStatus(status: number, expect: number | null, location: string | undefined): string {
  if (status === 511) return "HTTP 511: a captive portal (RFC 6585)"
  if (status < 300 || status > 399) return `HTTP ${status}, not ${expect ?? "2xx"}`
  const target = location === undefined || !URL.canParse(location) ? null : new URL(location).origin
  return `HTTP ${status}${target === null ? "" : ` to ${target}`}: a captive portal?`
}

function search(response: IncomingMessage, body: string, done: () => void, fail: (failure: Failure) => void): void {
  const wanted = Buffer.from(body)
  let read = Buffer.alloc(0)
  response.on("data", (chunk: Buffer) => {
    read = Buffer.concat([read, chunk])
    if (read.includes(wanted)) done()
    else if (read.length > MOST_BYTES)
      fail(new Failure("answer", `its first ${MOST_BYTES / 1024} KiB do not hold the text of body:`))
  })
  response.on("end", () => {
    fail(new Failure("answer", "it does not hold the text of body:"))
  })
}
