import { z } from "zod"
import type { Peer, PeerChange, PeerLink } from "../core/peers.ts"

/** What other routers write, read with distrust: whoever may write to Redis may have written it. */

/** The longest record and message that are looked at: some 60 links. */
export const MOST_BYTES = 32 * 1024
export const LONGEST_NAME = 64
export const LONGEST_TEXT = 500

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
/** No control characters: it is shown on terminals. */
const text = z
  .string()
  .max(LONGEST_TEXT)
  .regex(/^\P{C}*$/u)
const type = z.string().regex(/^[a-z0-9._-]{1,64}$/)
const time = z.iso.datetime()
const ratio = z.number().min(0).max(1)
const state = z.enum(["unknown", "up", "degraded", "down"])
const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

const linkShape = z.object({
  name,
  line: name.nullable(),
  state,
  since: time,
  reason: text,
  weight: z.number().min(0),
  share: ratio,
  loss: ratio.nullable(),
  rttMs: z.number().min(0).nullable(),
  drained: z.boolean(),
  damped: z.boolean(),
  /** It has targets of its own; without, its state is what others say. */
  probed: z.boolean(),
})

const record = z.object({
  v: z.literal(1),
  router: name,
  site: name,
  /** When it was written, by its writer's clock, as all times in it. */
  time,
  pid: z.number().int(),
  since: time,
  seq,
  rulesInSync: z.boolean(),
  links: z.array(linkShape).max(64),
  lastEvent: z.object({ seq, time, type }).nullable(),
})

/** The state record of a router (contract: Redis). */
export type StateRecord = Readonly<z.output<typeof record>>

const frame = { v: z.literal(1), seq, router: name, site: name }
/** Lines of before 0.2 have no family: they are IPv4's. */
const family = z.enum(["ipv4", "ipv6"]).default("ipv4")
const linkState = z.object({ ...frame, type: z.literal("link.state"), family, link: name, to: state, reason: text })
const otherType = type.refine(each => each !== "link.state")
const event = z.union([linkState, z.object({ ...frame, type: otherType })])

/** What was read, or why it is no such thing. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

/** `atMs`: monotonic, when it was read. Only differences of the writer's times are used, so its clock may be wrong. */
export function readRecord(written: string, router: string, site: string, atMs: number): Reading<Peer> {
  const read = understood(written, record)
  if (!read.ok) return read
  const { router: ofRouter, site: ofSite } = read.value
  if (ofRouter !== router || ofSite !== site) return refused(`it is of ${ofRouter} of ${ofSite}`)
  return { ok: true, value: peerOf(read.value, atMs) }
}

/** One run of a router's agent, among others before and after it. */
export function runOf(since: string, pid: number): string {
  return `${since}/${pid}`
}

function peerOf({ time: written, since, pid, links, lastEvent, ...same }: StateRecord, atMs: number): Peer {
  const here = (then: string) => atMs - Math.max(0, Date.parse(written) - Date.parse(then))
  const { router, site, seq: last, rulesInSync } = same
  return {
    router,
    site,
    run: runOf(since, pid),
    sinceMs: here(since),
    seq: last,
    written,
    heardMs: atMs,
    rulesInSync,
    links: links.map(({ since: began, ...each }): PeerLink => ({ ...each, sinceMs: here(began) })),
    lastEvent: lastEvent === null ? null : { seq: lastEvent.seq, type: lastEvent.type, atMs: here(lastEvent.time) },
  }
}

/** A line of another router's journal, as far as it matters here. */
export function readChange(written: string, site: string): Reading<PeerChange> {
  const read = understood(written, event)
  if (!read.ok) return read
  const { router, site: ofSite, seq: number, type } = read.value
  if (ofSite !== site) return refused(`it is of ${ofSite}`)
  const link = "to" in read.value ? changeOf(read.value) : null
  return { ok: true, value: { router, site, seq: number, type, link } }
}

/** Routers tell one another of IPv4, as their records do: IPv6 that died alone says nothing of the line. */
function changeOf({ family, link: name, to: state, reason }: z.output<typeof linkState>): PeerChange["link"] {
  return family === "ipv4" ? { name, state, reason } : null
}

function understood<T>(written: string, shape: z.ZodType<T>): Reading<T> {
  if (written.length > MOST_BYTES) return refused(`more than ${MOST_BYTES / 1024} KiB`)
  const found = shape.safeParse(parsed(written))
  return found.success ? { ok: true, value: found.data } : refused(whyNot(found.error))
}

function refused(why: string): Reading<never> {
  return { ok: false, why }
}

/** Undefined, which no shape allows, for what is not JSON. */
function parsed(written: string): unknown {
  try {
    return JSON.parse(written)
  } catch {
    return undefined
  }
}

function whyNot({ issues: [first] }: z.ZodError): string {
  return first === undefined ? "not understood" : `${first.path.join(".") || "all of it"}: ${first.message}`
}
