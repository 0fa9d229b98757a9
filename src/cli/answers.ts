import { z } from "zod"
import type { Evidence } from "../core/evidence.ts"
import type { Override } from "../core/overrides.ts"
import type { Pending } from "../core/pending.ts"
import type { Explanation, LinkStatus, PeerLinkStatus, PeerStatus, Status } from "../core/status-shape.ts"

/** What a running agent answers. It may be older or newer than this program: keys that are new are let pass. */

const number = z.number().nullable()
const text = z.string().nullable()

const linkState = z.enum(["unknown", "up", "degraded", "down"])

const target = z.object({
  probe: z.string(),
  state: z.enum(["unknown", "answers", "wrong", "silent", "broken"]),
  loss: number,
  rttMs: number,
  trouble: text.default(null),
})

const family = z.looseObject({
  state: linkState,
  since: text,
  reason: z.string(),
  share: z.number(),
  loss: number,
  rttMs: number,
  jitterMs: number,
  damped: z.boolean(),
  address: text,
  gateway: text,
  targets: z.array(target),
})

const link: z.ZodType<LinkStatus> = family.extend({
  name: z.string(),
  interface: z.string(),
  line: text.default(null),
  weight: z.number(),
  drained: z.boolean(),
  carrier: z.boolean().nullable(),
  ipv6: family.nullable().default(null),
})

const peerLink: z.ZodType<PeerLinkStatus> = z.looseObject({
  name: z.string(),
  line: text,
  state: linkState,
  since: z.string(),
  reason: z.string(),
  weight: z.number(),
  share: z.number(),
  loss: number,
  rttMs: number,
  drained: z.boolean(),
  damped: z.boolean(),
  probed: z.boolean(),
})

const peer: z.ZodType<PeerStatus> = z.looseObject({
  router: z.string(),
  site: z.string(),
  since: z.string(),
  lagMs: z.number(),
  rulesInSync: z.boolean(),
  links: z.array(peerLink),
  lastEvent: z.object({ seq: z.number(), time: z.string(), type: z.string() }).nullable(),
})

const word = z.union([z.string(), z.number()])
const lasting = { link: z.string(), until: text }

const override: z.ZodType<Override> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("drain"), ...lasting, force: z.boolean() }),
  z.object({ kind: z.literal("weight"), ...lasting, weight: z.number() }),
  z.object({
    kind: z.literal("pin"),
    name: z.string(),
    match: z.record(z.string(), z.union([word, z.array(word)])),
    use: z.array(z.string()),
    ifDown: z.enum(["next", "balance", "block"]),
    until: text,
  }),
])

/** What came of an order. */
export const obeyedAnswer = z.object({ ok: z.boolean(), said: z.string() })

export const statusAnswer: z.ZodType<Status> = z.looseObject({
  router: z.string(),
  site: z.string(),
  pid: number,
  since: text,
  rulesInSync: z.boolean(),
  lastApply: z.object({ time: z.string(), tookMs: z.number() }).nullable(),
  links: z.array(link),
  overrides: z.array(override).default([]),
  share: z.object({ connected: z.boolean(), lag: number, error: text }),
  peers: z.array(peer),
})

const evidence: z.ZodType<Evidence> = z.looseObject({
  probesSent: z.number(),
  probesLost: z.number(),
  silenceMs: number,
  trafficMs: number,
  lossRatio: z.number(),
  rttMs: number,
  answering: z.number(),
  evidenceOfLoss: z.number(),
  evidenceOfSlowness: z.number(),
  thresholds: z.object({
    downAfterMs: z.number(),
    upAfterMs: z.number(),
    quorum: z.number(),
    lossRatio: z.number(),
    rttMs: z.number(),
  }),
})

const pending: z.ZodType<Pending> = z.discriminatedUnion("to", [
  z.object({ to: z.literal("down"), forMs: z.number(), unanswered: z.number(), needed: z.number() }),
  z.object({ to: z.literal("up"), forMs: z.number(), neededMs: z.number() }),
  z.object({ to: z.literal("resume"), leftMs: z.number() }),
  z.object({ to: z.literal("more"), inMs: z.number(), damped: z.boolean() }),
])

const explanation = z.looseObject({
  decidedBy: evidence.nullable(),
  now: evidence.nullable(),
  pending: pending.nullable(),
  probing: z
    .object({ everyMs: z.number(), why: z.enum(["usual", "confirm", "measure", "spent", "blind"]) })
    .nullable()
    .default(null),
  damping: z.object({ penalty: z.number(), leftMs: z.number() }).nullable().default(null),
})

export const explanationAnswer: z.ZodType<Explanation> = explanation.extend({
  link,
  ipv6: explanation.nullable().default(null),
})
