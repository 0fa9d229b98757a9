import { isIP } from "node:net"
import { z } from "zod"
import { FIELDS, fieldsIn } from "../core/alerts/template.ts"
import { isHostName } from "./host-name.ts"
import { expected } from "./problems.ts"
import { absolutePath, refuse } from "./strings.ts"
import { list } from "./values.ts"

const LONGEST_PATH = 1024

/** One mailbox, plainly: what could be read as a second address or as a header is no part of it (RFC 5321, 4.1.2). */
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/

export const email = z.string({ error: expected("an address such as oncall@example.com") }).regex(EMAIL)

const HOST = "a host name or an address"

/** Also of this router itself, and of its LAN. */
export const host = z.string({ error: expected(HOST) }).refine(text => isHostName(text) || isIP(text) !== 0)

const URL_RULE = "an address such as http://alertmanager.lan:9093, without a user's name in it"

/** It is shown, so it holds no secret. */
export const plainUrl = z.string({ error: expected(URL_RULE) }).refine(isPlainUrl)

function isPlainUrl(text: string): boolean {
  if (text.length > 500 || !URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return ["http:", "https:"].includes(protocol) && `${username}${password}${hash}` === ""
}

/** RFC 9110, 5.6.2, without those that belong to the connection or to this program. */
const RESERVED = ["host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "expect"]

export const header = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, { error: expected("a header's name") })
  .superRefine(
    refuse(text =>
      RESERVED.includes(text.toLowerCase()) ? `found ${text}, which is set by evenkeel itself` : undefined,
    ),
  )

/** Arguments are handed over as they are: no shell reads them. */
const argument = z
  .string({ error: expected("a text of at most 1000 letters") })
  .max(1000)
  .refine(text => !text.includes("\0"))

export const command = list(argument, 1, 64, "words, the path of the program first").superRefine(([program], ctx) => {
  if (program !== undefined && !absolutePath(LONGEST_PATH).safeParse(program).success)
    ctx.addIssue({ code: "custom", path: [0], message: expected("the absolute path of a program")({ input: program }) })
})

const MOST_LETTERS = 10_000

/** A text, or anything that JSON knows, with `{{fields}}` in its texts. */
export const template = z.unknown().superRefine((found, ctx) => {
  if (found === null || JSON.stringify(found).length > MOST_LETTERS)
    ctx.addIssue(expected(`a text, or a mapping of texts, at most ${MOST_LETTERS} letters`)({ input: found }))
  const unknown = fieldsIn(found).filter(field => !FIELDS.some(known => known === field))
  for (const field of unknown)
    ctx.addIssue(`found {{${field}}}, expected one of ${FIELDS.map(known => `{{${known}}}`).join(", ")}`)
})
