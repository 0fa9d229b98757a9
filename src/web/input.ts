import { z } from "zod"
import { Refusal } from "./refusal.ts"
import { parseSpan } from "./span.ts"

/** @throws Refusal (400) that names each value that is wrong. */
export function read<T>(shape: z.ZodType<T>, given: unknown): T {
  const result = shape.safeParse(given)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "))
  throw new Refusal(400, problems.join("; "))
}

/** `for` of an order: milliseconds. */
export const lasting = z
  .string({ error: "expected a time such as 30m, 2h or 7d" })
  .transform((text, ctx) => {
    const spanMs = parseSpan(text)
    if (spanMs !== undefined && spanMs > 0) return spanMs
    ctx.addIssue("expected a time such as 30m, 2h or 7d")
    return z.NEVER
  })
  .optional()

const MOST_EVENTS = 5_000
const SINCE = "expected a time such as 45s, 30m, 24h or 7d, or the number of an event"
const LIMIT = `expected a whole number from 1 to ${MOST_EVENTS}`
const TYPE = "expected a type of event, such as link.state"
const LINK = "expected the name of a link"

const type = z.string({ error: TYPE }).regex(/^[a-z]{1,20}(\.[a-z]{1,20}){0,3}$/, TYPE)

export const eventsQuery = z.strictObject({
  since: z
    .string({ error: SINCE })
    .transform((text, ctx): { readonly seq: number } | { readonly agoMs: number } => {
      if (/^\d{1,15}$/.test(text)) return { seq: Number(text) }
      const agoMs = parseSpan(text)
      if (agoMs !== undefined) return { agoMs }
      ctx.addIssue(SINCE)
      return z.NEVER
    })
    .optional(),
  link: z
    .string({ error: LINK })
    .regex(/^[\w.-]{1,64}$/, LINK)
    .optional(),
  type: z.union([type.transform(one => [one]), z.array(type).max(32)], { error: TYPE }).optional(),
  limit: z.coerce.number({ error: LIMIT }).int(LIMIT).min(1, LIMIT).max(MOST_EVENTS, LIMIT).default(500),
})
