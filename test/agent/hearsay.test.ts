import { BehaviorSubject, EMPTY, from, ReplaySubject, type Observable } from "rxjs"
import { expect, test } from "vitest"
import { hearsay, type Told } from "../../src/agent/hearsay.ts"
import { NOTHING_SHARED, onNews, type News } from "../../src/agent/shared.ts"
import type { Interest } from "../../src/core/rumours.ts"
import { onEvent } from "../../src/core/alerts/alert.ts"
import { NOTHING_TOLD } from "../../src/core/alerts/state.ts"
import type { EventDraft, JournalEvent } from "../../src/core/events.ts"
import { journalOf, topic } from "../core/alerts/journal.ts"
import { peer } from "../core/fixtures.ts"

const INTEREST: Interest = { site: "home", lines: new Set(["fibre-1"]), follow: null }
const READS: News = { kind: "works", half: "reading" }

function stage(told$: Observable<JournalEvent> = EMPTY) {
  const shared$ = new BehaviorSubject(NOTHING_SHARED)
  const interest$ = new ReplaySubject<Interest>(1)
  const told: Told[] = []
  let nowMs = 0
  const subscription = hearsay(shared$, interest$, told$).subscribe(each => told.push(each))
  const hear = (...news: readonly News[]) => {
    told.splice(0)
    for (const each of news) shared$.next(onNews(shared$.value, each, ++nowMs))
    return [...told]
  }
  const end = () => {
    subscription.unsubscribe()
  }
  return { hear, interest$, told, end }
}

const records = (...states: readonly ("up" | "down")[]): News => ({
  kind: "records",
  site: "home",
  peers: states.map((state, i) => peer(`rtr-${i}`, state, { written: state })),
})

test("the agent is told of its own lines, and of what other routers see", () => {
  const { hear, interest$, end } = stage()
  interest$.next(INTEREST)
  expect(hear(READS, records("up")).map(({ kind }) => kind)).toEqual(["state", "rumour"])
  const told = hear(records("down"))
  expect(told).toMatchObject([
    { kind: "event", event: { type: "peer.state", peer: "rtr-0", to: "down" } },
    { kind: "rumour", rumour: { kind: "hint", line: "fibre-1", by: "rtr-0" } },
    { kind: "rumour", rumour: { kind: "seen", view: { state: "down" } } },
  ])
  end()
})

test("a new interest is told all that is known", () => {
  const { hear, interest$, told, end } = stage()
  interest$.next({ ...INTEREST, lines: new Set() })
  expect(hear(READS, records("up")).map(({ kind }) => kind)).toEqual(["state"])
  told.splice(0)
  interest$.next(INTEREST)
  expect(told).toMatchObject([{ kind: "rumour", rumour: { line: "fibre-1", view: { state: "up" } } }])
  end()
})

test("whatever hundreds of routers tell is at most sixty events a minute", () => {
  const { hear, end } = stage()
  hear(READS, records(...Array.from({ length: 300 }, () => "up" as const)))
  const told = hear(records(...Array.from({ length: 300 }, () => "down" as const)))
  expect(told.filter(({ kind }) => kind === "event")).toHaveLength(60)
  end()
})

const eventsOf = (told: readonly Told[]) => told.flatMap(each => (each.kind === "event" ? [each.event] : []))

test("a router that is lost and back is an incident that begins and ends, however much else there is to tell", () => {
  const { hear, end } = stage()
  const many = Array.from({ length: 300 }, () => "up" as const)
  const events = eventsOf([
    ...hear(READS, records(...many)),
    ...hear(records(...many.slice(0, 250))),
    ...hear(records(...many)),
  ])
  const drafts = events.map((event, i): [number, EventDraft] => [i, event])
  const { queue } = journalOf(...drafts).reduce(
    (state, event) => onEvent(topic({ when: ["peer.lost"] }), state, event),
    NOTHING_TOLD,
  )
  const countOf = (kind: string) => queue.filter(message => message.kind === kind).length
  expect([countOf("opened"), countOf("resolved")]).toEqual([50, 50])
  end()
})

test("whom the journal tells to be lost since before is told to be back", () => {
  const before = journalOf([0, { type: "peer.lost", peer: "rtr-0", peerSite: "home" }])
  const { hear, end } = stage(from(before))
  expect(eventsOf(hear(READS, records("up", "up")))).toMatchObject([
    { type: "peer.state", peer: "rtr-0", from: "unknown", to: "up" },
  ])
  expect(eventsOf(hear(records("up", "up")))).toEqual([])
  end()
})
