import { Subject } from "rxjs"
import type { EventDraft, JournalEvent } from "../../../src/core/events.ts"
import type { Order } from "../../../src/core/orders.ts"
import type { Explanation, LinkStatus, Status } from "../../../src/core/status-shape.ts"
import type { News, Obeyed, Source } from "../../../src/web/source.ts"

const START = "2026-01-31T10:00:00.000Z"

function link(name: string, share: number): LinkStatus {
  return {
    name,
    interface: name === "isp1" ? "eth0" : "eth1",
    line: null,
    state: "up",
    since: START,
    reason: "its targets answer",
    weight: 100 * share,
    share,
    loss: 0.02,
    rttMs: 12.5,
    jitterMs: 0.5,
    drained: false,
    damped: false,
    carrier: true,
    address: "192.168.1.2",
    gateway: "192.168.1.1",
    targets: [{ probe: "icmp 1.1.1.1", state: "answers", loss: 0, rttMs: 12.5, trouble: null }],
    ipv6: null,
  }
}

const calm: Status = {
  router: "rtr-a",
  site: "home",
  pid: 4711,
  since: START,
  rulesInSync: true,
  lastApply: { time: START, tookMs: 15.2 },
  links: [link("isp1", 0.75), link("isp2", 0.25)],
  overrides: [],
  share: { connected: false, lag: null, error: null },
  peers: [],
}

export const explanation: Explanation = {
  link: link("isp1", 0.75),
  decidedBy: null,
  now: null,
  pending: null,
  probing: { everyMs: 500, why: "usual" },
  damping: null,
  ipv6: null,
}

/** An agent as its server sees it, played: what it is asked and told to do can be looked at. */
export interface PlayedAgent {
  readonly source: Source
  /** How things stand; undefined: it is just starting. */
  status: Status | undefined
  /** What its answers to questions wait for. */
  busy: Promise<unknown>
  /** What it says to orders. */
  answer: Obeyed
  readonly questions: (readonly string[])[]
  readonly orders: Order[]
  readonly warnings: string[]
  /** All that it has told. */
  readonly journal: readonly JournalEvent[]
  readonly tell: (draft: EventDraft, time?: string) => JournalEvent
  /** What its once-a-second message says. */
  readonly pulse: (news: Omit<Extract<News, { kind: "pulse" }>, "kind">) => void
}

export function playAgent(): PlayedAgent {
  const news$ = new Subject<News>()
  const journal: JournalEvent[] = []
  const agent: PlayedAgent = {
    status: calm,
    busy: Promise.resolve(),
    answer: { ok: true, said: "" },
    questions: [],
    orders: [],
    warnings: [],
    journal,
    tell: (draft, time = new Date().toISOString()) => {
      const event: JournalEvent = { v: 1, seq: journal.length + 1, time, router: "rtr-a", site: "home", ...draft }
      journal.push(event)
      news$.next({ kind: "event", event })
      return event
    },
    pulse: news => {
      news$.next({ kind: "pulse", ...news })
    },
    source: {
      ask: async (...path) => {
        agent.questions.push(path)
        await agent.busy
        return answerTo(agent, path)
      },
      obey: order => {
        agent.orders.push(order)
        return Promise.resolve(agent.answer)
      },
      journal: async function* (seq) {
        // As a disk would: never at once.
        await Promise.resolve()
        yield* journal.filter(event => event.seq >= seq)
      },
      news$,
      warn: text => {
        agent.warnings.push(text)
      },
    },
  }
  return agent
}

function answerTo({ status }: PlayedAgent, [what, name]: readonly string[]): unknown {
  if (status === undefined) return undefined
  if (what === "status") return status
  if (what === "policies") return []
  return what === "explain" && name === "isp1" ? explanation : undefined
}
