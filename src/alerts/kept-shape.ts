import { z } from "zod"
import { CONDITIONS } from "../core/alerts/config.ts"

const time = z.iso.datetime()
const subject = {
  condition: z.enum(CONDITIONS),
  link: z.string().nullable(),
  family: z.enum(["ipv4", "ipv6"]).nullable(),
  peer: z.string().nullable(),
}
/** As the journal's reader does, only its frame is looked at: a later version may have extended it. */
const event = z.looseObject({ v: z.literal(1), seq: z.number().int().positive(), time, type: z.string() })
const timer = z.object({ fromMs: z.number(), lastsMs: z.number() })

const incident = z.object({
  ...subject,
  key: z.string(),
  event,
  since: time,
  told: z.number().int().nonnegative(),
  waitsFromMs: z.number(),
  end: timer.nullable(),
})

const message = z.object({
  ...subject,
  ...Object.fromEntries(
    ["id", "key", "alert", "router", "site", "title", "happened", "means", "evidence", "next"].map(k => [
      k,
      z.string(),
    ]),
  ),
  kind: z.enum(["opened", "repeated", "resolved"]),
  severity: z.enum(["critical", "error", "warning"]),
  time,
  since: time,
  until: time.nullable(),
  event,
})

const states = z.record(z.string(), z.enum(["unknown", "up", "degraded", "down"]))

/** What an alert keeps on disk (`Kept`), as an earlier version of the program may have written it, too. */
export const keptShape = z.object({
  v: z.literal(1),
  about: z.object({ when: z.array(z.enum(CONDITIONS)), links: z.array(z.string()).nullable() }),
  state: z.object({
    cursor: z.object({ seq: z.number().int().positive(), time }).nullable(),
    known: z.object({
      states: z.object({ ipv4: states, ipv6: states }),
      agent: z.enum(["running", "stopped", "unknown"]),
      cameBack: time.nullable().default(null),
      isRestless: z.boolean().default(false),
      lastTime: time.nullable(),
    }),
    incidents: z.array(incident),
    queue: z.array(message),
  }),
  delivery: z.object({
    sent: z.number().int().nonnegative(),
    last: z.object({ time, title: z.string(), said: z.string() }).nullable(),
    trouble: z
      .object({
        since: time,
        attempts: z.number(),
        error: z.string(),
        isRefused: z.boolean(),
        refused: z.object({ since: time, times: z.number() }).nullable().default(null),
      })
      .nullable(),
  }),
})
