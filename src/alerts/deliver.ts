import { delivered } from "../core/alerts/state.ts"
import type { Message } from "../core/alerts/incident.ts"
import type { EventDraft } from "../core/events.ts"
import { isHopeless, type Trouble } from "../core/alerts/kept.ts"
import { durationWords } from "../core/alerts/words.ts"
import { retryMs, type Patience } from "./backoff.ts"
import type { Keeper } from "./keeper.ts"
import type { Send } from "./receivers.ts"
import type { Verdict } from "./verdict.ts"
import type { Waker } from "./waker.ts"
import { within } from "./within.ts"

/** Whoever carries messages to one receiver. */
export interface Carrier {
  readonly keeper: Keeper
  readonly send: Send
  /** Kind of the receiver. */
  readonly receiver: string
  readonly waker: Waker
  readonly tell: (event: EventDraft) => void
  readonly patience: Patience
}

/** Delivers what waits, one at a time and in order, until `signal`; what fails is tried until it does not. */
export async function deliver(carrier: Carrier, signal: AbortSignal): Promise<void> {
  const { keeper } = carrier
  while (!signal.aborted) {
    const [message] = keeper.kept.state.queue
    if (message === undefined) await keeper.changed(signal)
    else await deliverOne(carrier, message, signal)
  }
}

async function deliverOne(carrier: Carrier, message: Message, signal: AbortSignal): Promise<void> {
  const { keeper, waker } = carrier
  // A program that runs is no connection that a new link would help.
  const isOfLinks = carrier.receiver !== "exec"
  const isOver = () => signal.aborted
  for (let attempts = 1; !isOver(); attempts += 1) {
    const woken = waker.next()
    const ends = isOfLinks ? [signal, woken.aborted] : [signal]
    const verdict = await within(null, ends, ended => carrier.send(message, ended))
    if (verdict.ok) return succeeded(carrier, message, attempts, verdict.said)
    if (isOver()) return
    // Cut off by news of a link that works: nothing was wrong with it.
    if (woken.aborted.aborted) continue
    const { patience } = carrier
    const trouble = worse(keeper.kept.delivery.trouble, verdict, new Date())
    if (verdict.isOfMessage && isHopeless(trouble, patience.refusedMs, Date.now()))
      return putAside(carrier, message, trouble)
    const waitMs = retryMs({ ...verdict, failures: trouble.attempts }, patience)
    noteFailure(carrier, message, trouble, waitMs)
    await woken.after(waitMs, signal)
  }
}

async function succeeded({ keeper, receiver, tell }: Carrier, message: Message, attempts: number, said: string) {
  const { state, delivery } = keeper.kept
  const last = { time: new Date().toISOString(), title: message.title, said }
  const { sent } = delivery
  keeper.change({
    ...keeper.kept,
    state: delivered(state, message.id),
    delivery: { sent: sent + 1, last, trouble: null },
  })
  // Before anything else goes out: what is sent twice after a crash is this one message at most.
  await keeper.flush()
  tell({ type: "alert.sent", ...newsOf(message, receiver), attempts })
}

type Failed = Extract<Verdict, { ok: false }>

function worse(before: Trouble | null, { error, isRefused, isOfMessage }: Failed, now: Date): Trouble {
  const time = now.toISOString()
  const { since, times } = before?.refused ?? { since: time, times: 0 }
  return {
    since: before?.since ?? time,
    attempts: (before?.attempts ?? 0) + 1,
    error,
    isRefused,
    refused: isOfMessage ? { since, times: times + 1 } : (before?.refused ?? null),
  }
}

function noteFailure(carrier: Carrier, message: Message, trouble: Trouble, waitMs: number): void {
  const { keeper, receiver, tell } = carrier
  const { delivery } = keeper.kept
  const before = delivery.trouble
  const { attempts, error, isRefused } = trouble
  keeper.change({ ...keeper.kept, delivery: { ...delivery, trouble } })
  if (before === null || (isRefused && !before.isRefused))
    tell({ type: "alert.failed", ...newsOf(message, receiver), attempts, error, retryMs: Math.round(waitMs) })
}

/** What the receiver will never take must not keep everything else from it. */
async function putAside({ keeper, receiver, tell, patience }: Carrier, message: Message, trouble: Trouble) {
  const { state, delivery } = keeper.kept
  const { attempts } = trouble
  keeper.change({ ...keeper.kept, state: delivered(state, message.id), delivery: { ...delivery, trouble: null } })
  await keeper.flush()
  const error = `${trouble.error}; put aside, as it was refused for ${durationWords(patience.refusedMs)}: ${message.title}`
  tell({ type: "alert.failed", ...newsOf(message, receiver), attempts, error, retryMs: 0 })
}

function newsOf({ alert, key, condition, kind, link }: Message, receiver: string) {
  return { alert, receiver, key, condition, message: kind, ...(link === null ? {} : { link }) }
}
