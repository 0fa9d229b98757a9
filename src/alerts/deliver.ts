import { delivered } from "../core/alerts/alert.ts"
import type { Message } from "../core/alerts/incident.ts"
import type { EventDraft } from "../core/events.ts"
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
    const failures = (keeper.kept.delivery.trouble?.attempts ?? 0) + 1
    const waitMs = retryMs({ ...verdict, failures }, carrier.patience)
    noteFailure(carrier, message, verdict, waitMs)
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

function noteFailure(carrier: Carrier, message: Message, { error, isRefused }: Failed, waitMs: number): void {
  const { keeper, receiver, tell } = carrier
  const { delivery } = keeper.kept
  const before = delivery.trouble
  const attempts = (before?.attempts ?? 0) + 1
  const since = before?.since ?? new Date().toISOString()
  keeper.change({ ...keeper.kept, delivery: { ...delivery, trouble: { since, attempts, error, isRefused } } })
  if (before === null || (isRefused && !before.isRefused))
    tell({ type: "alert.failed", ...newsOf(message, receiver), attempts, error, retryMs: Math.round(waitMs) })
}

function newsOf({ alert, key, condition, kind, link }: Message, receiver: string) {
  return { alert, receiver, key, condition, message: kind, ...(link === null ? {} : { link }) }
}
