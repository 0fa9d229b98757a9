import { eitherOf, flag, integer, listOf, mapOf, named, number, object, orNull, ratio, text, time } from "./schema.ts"

const NULL = { type: "null" } as const
const state = { type: "string", enum: ["unknown", "up", "degraded", "down"] } as const

const target = object({
  probe: text,
  state: { type: "string", enum: ["unknown", "answers", "wrong", "silent", "broken"] },
  loss: orNull(ratio),
  rttMs: orNull(number),
  trouble: orNull(text),
})

const ofFamily = {
  state,
  since: orNull(time),
  reason: text,
  share: ratio,
  loss: orNull(ratio),
  rttMs: orNull(number),
  jitterMs: orNull(number),
  damped: flag,
  address: orNull(text),
  gateway: orNull(text),
  targets: listOf(named("Target")),
}

const link = object({
  name: text,
  interface: text,
  line: orNull(text),
  weight: number,
  drained: flag,
  carrier: orNull(flag),
  ...ofFamily,
  ipv6: eitherOf(named("FamilyStatus"), NULL),
})

const peer = object({
  router: text,
  site: text,
  since: time,
  lagMs: number,
  rulesInSync: flag,
  links: listOf(
    object({
      name: text,
      line: orNull(text),
      state,
      since: time,
      reason: text,
      weight: number,
      share: ratio,
      loss: orNull(ratio),
      rttMs: orNull(number),
      drained: flag,
      damped: flag,
      probed: flag,
    }),
  ),
  lastEvent: orNull(object({ seq: integer, time, type: text })),
})

const status = object({
  router: text,
  site: text,
  pid: orNull(integer),
  since: orNull(time),
  rulesInSync: flag,
  lastApply: orNull(object({ time, tookMs: number })),
  links: listOf(named("Link")),
  overrides: listOf(object({ kind: { type: "string", enum: ["drain", "weight", "pin"] }, until: orNull(time) })),
  share: object({ connected: flag, lag: orNull(integer), error: orNull(text) }),
  peers: listOf(named("Peer")),
  policies: eitherOf(listOf(object({ name: text, packets: integer })), NULL),
})

const event = {
  ...object({ v: { const: 1 }, seq: integer, time, router: text, site: text, type: text }),
  description: "One event of the journal; what else it holds depends on its type.",
}

const explained = {
  decidedBy: orNull(object({})),
  now: orNull(object({})),
  pending: orNull(object({ to: text })),
  probing: orNull(object({ everyMs: number, why: text })),
  damping: orNull(object({ penalty: number, leftMs: number })),
}

const point = { link: text, family: { type: "string", enum: ["ipv4", "ipv6"] }, probe: text } as const

const history = object({
  stepMs: integer,
  series: listOf(object({ ...point, firstMs: number, rttMs: listOf(orNull(number)), loss: listOf(orNull(ratio)) })),
  shares: object({ firstMs: number, stepMs: integer, byLink: mapOf(listOf(ratio)) }),
})

const sample = {
  ...object({
    atMs: number,
    series: listOf(object({ ...point, rttMs: orNull(number), loss: orNull(ratio) })),
    shares: mapOf(ratio),
  }),
  description: "The data of `event: sample` in the stream: one step of the history.",
}

/** Everything that is answered, by name. */
export const shapes = {
  Status: status,
  Link: link,
  FamilyStatus: object(ofFamily),
  Target: target,
  Peer: peer,
  Peers: listOf(named("Peer")),
  Event: event,
  Events: object({ events: listOf(named("Event")), truncated: flag }),
  Explanation: object({ link: named("Link"), ...explained, ipv6: orNull(object(explained)) }),
  History: history,
  Sample: sample,
  Said: object({ said: text }),
  Session: object({ canSteer: flag }),
  Alive: object({ ok: { const: true } }),
  Ready: object({ ready: { const: true } }),
  Error: { ...object({ error: text }), description: "What is wrong, and what to do." },
}
