import { z } from "zod"
import { canonical, unfitHost } from "./host-address.ts"
import { isHostName } from "./host-name.ts"
import { describe, expected } from "./problems.ts"

const RULE = "an address of the web, such as http://example.com/generate_204"

/** Longer ones would fill every line that names their probe. */
const LONGEST = 200

/** What a URL is made of, in the letters of RFC 3986: so nothing is left that a parser could drop or change on its way. */
const PARTS =
  /^(https?):\/\/(\[[\da-f:.]+\]|[\w.-]+)(?::([1-9]\d{0,4}))?(\/[\w.~!$&'()*+,;=:@%/-]*)?(\?[\w.~!$&'()*+,;=:@%/?-]*)?$/i

/** What is asked for over HTTP: the URL in its usual form, and its host. */
export const webUrl = z
  .string({ error: expected(RULE) })
  .transform((text, ctx) => {
    const [, scheme, host = "", port] = PARTS.exec(text) ?? []
    const problem = scheme === undefined ? unfitText(text) : (unfitLength(text) ?? unfitPart(host, Number(port ?? 80)))
    if (problem === undefined) return { url: new URL(text).href, host: hostOf(host) }
    ctx.addIssue(problem)
    return z.NEVER
  })
  .meta({ title: "an http or https URL" })

function unfitText(text: string): string {
  const why = /^https?:\/\/[^/]*@/i.test(text)
    ? ", with a user's name in it, which every line about this probe would show; "
    : /#/.test(text)
      ? ", with a #, which is never sent; "
      : ", "
  return `found ${describe(text)}${why}expected ${RULE}`
}

function unfitLength(text: string): string | undefined {
  return text.length > LONGEST ? `found ${text.length} letters, expected at most ${LONGEST}` : undefined
}

function unfitPart(host: string, port: number): string | undefined {
  if (port > 65_535) return `found port ${port}, expected at most 65535`
  if (isHostName(host)) return undefined
  return unfitHost(unbracketed(host), `${RULE}, or with an address in place of the name`)
}

function hostOf(host: string): string {
  return isHostName(host) ? host.toLowerCase() : canonical(unbracketed(host))
}

function unbracketed(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host
}
