import { adopt, widened, withoutPast } from "../core/alerts/alert.ts"
import { NOTHING_TOLD, type AlertState } from "../core/alerts/state.ts"
import type { AlertConfig, Plain } from "../core/alerts/config.ts"
import { nothingKept, type Kept } from "../core/alerts/kept.ts"
import type { Lines } from "../core/alerts/known.ts"
import type { Topic } from "../core/alerts/topic.ts"
import type { EventDraft } from "../core/events.ts"
import { PATIENCE, type Patience } from "./backoff.ts"
import { deliver } from "./deliver.ts"
import type { Run } from "./exec.ts"
import { createKeeper } from "./keeper.ts"
import { follow, understood } from "./reader.ts"
import { senderFor } from "./receivers.ts"
import type { JournalSource } from "./resume.ts"
import { readOrPutAside, writeKept } from "./state-file.ts"
import { createWaker } from "./waker.ts"

/** What alerts need of the world. */
export interface Tools {
  /** What is kept for a restart is in its folder `alerts`. */
  readonly stateDir: string
  readonly journal: JournalSource
  readonly run: Run
  /** For tests, which have less of it. */
  readonly patience?: Patience
  /** Hears of what was delivered and what was not. */
  readonly tell: (event: EventDraft) => void
  readonly warn: (text: string) => void
}

/** One alert, from where it stood until `signal`. @throws Error when what is kept of it cannot be read. */
export async function runAlert(
  alert: AlertConfig<Plain>,
  lines: Lines,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { stateDir, journal, tell } = tools
  const { to, ...about } = alert
  const topic: Topic = { ...about, lines }
  const warn = (text: string) => {
    tools.warn(`alert ${alert.name}: ${text}`)
  }
  const kept = await begin(topic, tools, warn)
  const keeper = createKeeper(kept, next => writeKept(stateDir, alert.name, next), warn)
  const waker = createWaker()
  const patience = tools.patience ?? PATIENCE
  const send = senderFor(to, { run: tools.run, patience })
  const carrier = { keeper, send, receiver: to.kind, waker, tell, patience }
  // Where it begins is where it goes on after a crash.
  await keeper.flush()
  try {
    await Promise.all([follow({ topic, keeper, journal, waker, warn }, signal), deliver(carrier, signal)])
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await keeper.flush()
  }
}

async function begin(topic: Topic, { stateDir, journal }: Tools, warn: (text: string) => void): Promise<Kept> {
  const kept = await readOrPutAside(stateDir, topic.name, warn)
  const { when, links } = topic
  if (kept === null) return { ...nothingKept(topic), state: await lookBack(topic, journal, warn) }
  const isSame = JSON.stringify(kept.about) === JSON.stringify({ when, links })
  const lastSeq = kept.state.cursor?.seq ?? 0
  const state = isSame ? kept.state : widened(kept.state, await lookBack(topic, journal, warn, lastSeq))
  return { ...kept, about: { when, links }, state: adopt(topic, state, new Date().toISOString()) }
}

/** A new alert begins at the end of the journal, or at this event of it, with what is so then. */
async function lookBack(
  topic: Topic,
  journal: JournalSource,
  warn: (text: string) => void,
  lastSeq = Infinity,
): Promise<AlertState> {
  let state = NOTHING_TOLD
  for await (const event of journal.read(1)) {
    if (event.seq > lastSeq) break
    state = withoutPast(understood(topic, state, event, warn))
  }
  return state
}
