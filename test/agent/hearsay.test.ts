import { BehaviorSubject, ReplaySubject } from "rxjs"
import { expect, test } from "vitest"
import { hearsay, type Told } from "../../src/agent/hearsay.ts"
import { NOTHING_SHARED, onNews, type News } from "../../src/agent/shared.ts"
import type { Interest } from "../../src/core/rumours.ts"
import { peer } from "../core/fixtures.ts"

const INTEREST: Interest = { site: "home", lines: new Set(["fibre-1"]), follow: null }
const READS: News = { kind: "works", half: "reading" }

function stage() {
  const shared$ = new BehaviorSubject(NOTHING_SHARED)
  const interest$ = new ReplaySubject<Interest>(1)
  const told: Told[] = []
  const subscription = hearsay(shared$, interest$).subscribe(each => told.push(each))
  const hear = (...news: readonly News[]) => {
    told.splice(0)
    for (const each of news) shared$.next(onNews(shared$.value, each, 0))
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
