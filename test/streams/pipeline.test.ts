import {
  BehaviorSubject,
  concat,
  delay,
  EMPTY,
  filter,
  interval,
  map,
  merge,
  NEVER,
  of,
  tap,
  timer,
  type Observable,
} from "rxjs"
import { TestScheduler } from "rxjs/testing"
import { describe, expect, it } from "vitest"
import type { LinkConfig } from "../../src/core/config.ts"
import { probeName } from "../../src/core/probe-spec.ts"
import type { EventDraft } from "../../src/core/events.ts"
import type { Facts } from "../../src/core/facts.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import { planOfConfig, type Plan } from "../../src/core/plan.ts"
import type { Wanted } from "../../src/core/wanted.ts"
import { newWorld } from "../../src/core/world.ts"
import { pipeline, type Effects, type Happening } from "../../src/streams/pipeline.ts"
import type { Limits } from "../../src/streams/poll.ts"
import { config, PLUGGED_IN } from "../core/fixtures.ts"

const HELD = config()
const BOTH = planOfConfig(HELD)
const ONLY_2: Plan = { balance: [{ mark: 2, weight: 30 }], move: [1], ways: [] }
const ONLY_1: Plan = { balance: [{ mark: 1, weight: 70 }], move: [2], ways: [] }
const RTT_MS = 15
const WRITE_MS = 20
const { intervalMs, downAfterMs, upAfterMs } = HELD.health

type At<T> = T & { readonly atMs: number }
type Event = Extract<Happening, { kind: "event" }>["event"]

interface Scenario {
  readonly forMs: number
  /** Loses whatever is sent over that link then. */
  readonly isLost?: (link: string, atMs: number) => boolean
  /** The effects that differ from a quiet router's; `atMs` is virtual time. */
  readonly effects?: (atMs: () => number) => Partial<Effects>
}

function router({ forMs, isLost = () => false, effects = () => ({}) }: Scenario) {
  const enforced: At<{ plan: Plan }>[] = []
  const events: At<{ event: Event }>[] = []
  const ended: At<{ error?: unknown }>[] = []
  let running = 0
  let mostRunning = 0
  let probing = 0
  const scheduler = new TestScheduler(() => undefined)
  scheduler.run(({ flush }) => {
    const now = () => scheduler.now()
    const write = ({ plan }: Wanted) => {
      enforced.push({ plan, atMs: now() })
      mostRunning = Math.max(mostRunning, (running += 1))
      return timer(WRITE_MS).pipe(
        map((): EventDraft => ({ type: "weights.applied", family: "ipv4", shares: {}, tookMs: WRITE_MS })),
        tap({ finalize: () => (running -= 1) }),
      )
    }
    const probe = (link: LinkConfig, _: unknown, limits: Limits): Observable<Outcome> =>
      (isLost(link.name, now())
        ? timer(limits.timeoutMs).pipe(map((): Outcome => ({ kind: "lost", reason: "timeout" })))
        : of<Outcome>({ kind: "reply", rttMs: RTT_MS }).pipe(delay(RTT_MS))
      ).pipe(tap({ subscribe: () => (probing += 1), finalize: () => (probing -= 1) }))
    const quiet: Effects = {
      now,
      probe,
      overhear: () => NEVER,
      rumours$: NEVER,
      steering$: NEVER,
      facts$: NEVER,
      enforce: write,
      resync$: NEVER,
      stop$: timer(forMs),
    }
    const wanted = effects(now)
    const { enforce } = wanted
    const all = {
      ...quiet,
      ...wanted,
      ...(enforce === undefined
        ? {}
        : { enforce: (next: Wanted) => (enforced.push({ plan: next.plan, atMs: now() }), enforce(next)) }),
    }
    pipeline(newWorld(HELD, BOTH, 0), all).subscribe({
      next: happening => {
        if (happening.kind === "event") events.push({ event: happening.event, atMs: now() })
      },
      error: (error: unknown) => ended.push({ error, atMs: now() }),
      complete: () => ended.push({ atMs: now() }),
    })
    flush()
  })
  return { enforced, events, ended, mostRunning, probing, running }
}

const typesOf = (events: readonly At<{ event: Event }>[]) => events.map(({ event }) => event.type)
const states = (events: readonly At<{ event: Event }>[]) =>
  events.flatMap(({ event, atMs }) => (event.type === "link.state" ? [{ link: event.link, to: event.to, atMs }] : []))
const facts = (changes: Record<string, Partial<Facts>>): ReadonlyMap<string, Facts> =>
  new Map(Object.entries(changes).map(([name, each]) => [name, { ...PLUGGED_IN, ...each }]))

describe("pipeline", () => {
  it("has the plan that it starts with enforced, and then leaves a quiet router alone", () => {
    const { enforced, events } = router({ forMs: 60_000 })
    expect(enforced).toEqual([{ plan: BOTH, atMs: 0 }])
    expect(states(events)).toEqual([
      { link: "isp1", to: "up", atMs: RTT_MS },
      { link: "isp2", to: "up", atMs: RTT_MS },
    ])
    expect(typesOf(events).filter(type => type === "weights.applied")).toHaveLength(1)
  })

  it.each([20_000, 20_010, 20_016, 20_250, 20_499])(
    "moves off a link that falls silent at %i ms, in one step",
    fromMs => {
      const { enforced, events } = router({ forMs: 60_000, isLost: (link, atMs) => link === "isp1" && atMs >= fromMs })
      expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, ONLY_2])
      expect(enforced[1]?.atMs).toBeLessThanOrEqual(fromMs + 1200)
      expect(enforced[1]?.atMs).toBeGreaterThanOrEqual(fromMs + downAfterMs - intervalMs)
      expect(states(events).at(-1)).toMatchObject({ link: "isp1", to: "down", atMs: enforced[1]?.atMs })
    },
  )

  it("goes back to a link that healed, upAfter after its first answer", () => {
    const isLost = (link: string, atMs: number) => link === "isp1" && atMs >= 20_000 && atMs < 40_000
    const { enforced } = router({ forMs: 80_000, isLost })
    const withWeight = (weight: number): Plan => ({
      ...BOTH,
      balance: [
        { mark: 1, weight },
        { mark: 2, weight: 30 },
      ],
    })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, ONLY_2, withWeight(7), withWeight(35), BOTH])
    expect(enforced[4]?.atMs).toBe((enforced[2]?.atMs ?? NaN) + upAfterMs)
    expect(enforced[2]?.atMs).toBeGreaterThanOrEqual(40_000 + RTT_MS + upAfterMs)
    expect(enforced[2]?.atMs).toBeLessThanOrEqual(40_000 + intervalMs + RTT_MS + upAfterMs + 2)
  })

  it("moves nothing when every link falls silent, though not in the same moment, and nothing when they come back", () => {
    for (const laterMs of [0, 40, 150]) {
      const fromMs = { isp1: 20_000, isp2: 20_000 + laterMs } as Record<string, number>
      const isLost = (link: string, atMs: number) => atMs >= (fromMs[link] ?? 0) && atMs < 40_000
      const { enforced, events } = router({ forMs: 80_000, isLost })
      expect(states(events).map(({ to }) => to)).toEqual(["up", "up", "down", "down", "up", "up"])
      expect(enforced.flatMap(({ plan }) => plan.move)).toEqual([])
      const carrying = enforced.map(({ plan }) => plan.balance.map(({ mark }) => mark).join())
      expect(carrying.filter(marks => marks !== "1,2").length).toBeLessThanOrEqual(1)
      expect(carrying.at(-1)).toBe("1,2")
    }
  })

  it("leaves a silent link for one that only lost a probe as soon as that one answers", () => {
    const isLost = (link: string, atMs: number) => atMs >= 20_000 && (link === "isp1" || atMs < 20_200)
    const { enforced } = router({ forMs: 40_000, isLost })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, ONLY_2])
    expect(enforced[1]?.atMs).toBeLessThan(20_000 + downAfterMs + intervalMs + 200)
  })

  it("does not wait for the link that is silent to hear the others", () => {
    const { events } = router({ forMs: 500, isLost: link => link === "isp1" })
    expect(states(events)).toEqual([{ link: "isp2", to: "up", atMs: RTT_MS }])
  })

  it("acts on a lost carrier in the same moment", () => {
    const facts$ = timer(20_003).pipe(map(() => facts({ isp1: { carrier: false }, isp2: {} })))
    const { enforced, events } = router({ forMs: 30_000, effects: () => ({ facts$ }) })
    expect(enforced).toEqual([
      { plan: BOTH, atMs: 0 },
      { plan: ONLY_2, atMs: 20_003 },
    ])
    expect(typesOf(events)).toContain("link.state")
  })
})

describe("users' traffic", () => {
  /** Gets on over isp1 until then. */
  const users = (untilMs: number) => (atMs: () => number) => ({
    overhear: (link: LinkConfig) => interval(10).pipe(filter(() => link.name === "isp1" && atMs() < untilMs)),
  })
  const isLost = (link: string, atMs: number) => link === "isp1" && atMs >= 20_100 && atMs < 24_000

  it("keeps a link in service that answers nothing for a while", () => {
    const { enforced, events } = router({ forMs: 60_000, isLost, effects: users(Infinity) })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH])
    expect(states(events).map(({ to }) => to)).toEqual(["up", "up"])
  })

  it("delays no failover once it has ceased", () => {
    const ceaseMs = 22_000
    const { enforced } = router({ forMs: 23_900, isLost, effects: users(ceaseMs) })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, ONLY_2])
    expect(enforced[1]?.atMs).toBeLessThanOrEqual(ceaseMs + 1200)
  })

  it("lets flows move to a link that is too busy to answer", () => {
    const bothSilent = (link: string, atMs: number) => atMs >= (link === "isp2" ? 20_100 : 20_110) && atMs < 23_000
    const { enforced } = router({ forMs: 22_900, isLost: bothSilent, effects: users(Infinity) })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, ONLY_1])
    expect(enforced[1]?.atMs).toBeLessThanOrEqual(20_100 + downAfterMs + intervalMs + 200)
  })

  it("that cannot be heard leaves the verdict to the probes", () => {
    const { enforced } = router({ forMs: 23_900, isLost, effects: () => ({ overhear: () => EMPTY }) })
    expect(enforced[1]?.atMs).toBeLessThanOrEqual(20_100 + 1200)
  })
})

describe("what is known from the first moment on", () => {
  const facts$ = new BehaviorSubject(facts({ isp2: { carrier: false } }))

  it("is acted on and told at once", () => {
    const { enforced, events } = router({ forMs: 10, effects: () => ({ facts$ }) })
    expect(enforced.at(-1)?.plan).toEqual(ONLY_1)
    expect(states(events)).toEqual([{ link: "isp2", to: "down", atMs: 0 }])
  })

  it("is what a resync enforces that comes before the first answer", () => {
    const { enforced } = router({ forMs: 12, effects: () => ({ facts$, resync$: timer(5, 5) }) })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, ONLY_1])
  })
})

describe("resync", () => {
  it("has the current plan enforced again, the first one included", () => {
    const isLost = (link: string, atMs: number) => link === "isp1" && atMs >= 12_000
    const { enforced } = router({ forMs: 24_000, isLost, effects: () => ({ resync$: timer(5000, 5000) }) })
    expect(enforced.map(({ plan }) => plan)).toEqual([BOTH, BOTH, BOTH, ONLY_2, ONLY_2, ONLY_2])
    expect(enforced.map(({ atMs }) => atMs).filter(atMs => atMs % 5000 === 0)).toEqual([
      0, 5000, 10_000, 15_000, 20_000,
    ])
  })

  it("never has two runs at once, however often it asks", () => {
    const { enforced, mostRunning } = router({ forMs: 1000, effects: () => ({ resync$: timer(1, 1) }) })
    expect(mostRunning).toBe(1)
    expect(enforced.length).toBeGreaterThan(1000 / WRITE_MS - 5)
  })
})

describe("a plan that cannot be enforced", () => {
  it("is told and tried again, at ever longer intervals, until it can be", () => {
    const enforce = (atMs: () => number) => (): Observable<EventDraft> =>
      timer(WRITE_MS).pipe(
        map(() => {
          if (atMs() < 2500) throw new Error("iptables-restore: exit code 4")
          return { type: "weights.applied", family: "ipv4", shares: {}, tookMs: WRITE_MS }
        }),
      )
    const { enforced, events } = router({ forMs: 10_000, effects: atMs => ({ enforce: enforce(atMs) }) })
    const rules = events.filter(({ event }) => event.type === "rules.failed" || event.type === "weights.applied")
    expect(typesOf(rules)).toEqual(["rules.failed", "rules.failed", "weights.applied"])
    expect(rules[0]?.event).toEqual({
      type: "rules.failed",
      family: "ipv4",
      error: "iptables-restore: exit code 4",
      retryMs: 1000,
    })
    expect(enforced.map(({ atMs }) => atMs)).toEqual([0, 1020, 3040])
  })

  it("is given up for a newer one", () => {
    const enforce = ({ plan }: Wanted): Observable<EventDraft> =>
      timer(WRITE_MS).pipe(
        map(() => {
          if (plan.move.length === 0) throw new Error("no")
          return { type: "weights.applied", family: "ipv4", shares: {}, tookMs: WRITE_MS }
        }),
      )
    const facts$ = timer(100).pipe(map(() => facts({ isp1: { carrier: false } })))
    const { enforced } = router({ forMs: 10_000, effects: () => ({ enforce, facts$ }) })
    expect(enforced).toEqual([
      { plan: BOTH, atMs: 0 },
      { plan: ONLY_2, atMs: 100 },
    ])
  })
})

describe("stop", () => {
  it("ends everything when nothing is being written", () => {
    const { ended, probing } = router({ forMs: 5005 })
    expect(ended).toEqual([{ atMs: 5005 }])
    expect(probing).toBe(0)
  })

  it("lets the rules that are being written be finished, and tells of them", () => {
    const facts$ = timer(5000).pipe(map(() => facts({ isp1: { carrier: false } })))
    const { ended, events, probing, running } = router({ forMs: 5005, effects: () => ({ facts$ }) })
    expect(ended).toEqual([{ atMs: 5000 + WRITE_MS }])
    expect(events.at(-1)).toMatchObject({ atMs: 5000 + WRITE_MS, event: { type: "weights.applied" } })
    expect([probing, running]).toEqual([0, 0])
  })

  it("does not wait to try again", () => {
    const enforce = (): Observable<EventDraft> => concat(timer(WRITE_MS).pipe(map(() => fail())))
    expect(router({ forMs: 500, effects: () => ({ enforce }) }).ended).toEqual([{ atMs: 500 }])
  })

  it("holds though resync$ and facts$ never end", () => {
    const effects = () => ({ resync$: merge(timer(700, 700), NEVER), facts$: concat(of(facts({ isp1: {} })), NEVER) })
    expect(router({ forMs: 5005, effects }).ended).toEqual([{ atMs: 5005 }])
  })
})

describe("an effect that throws", () => {
  const boom = new Error("boom")
  const thrower = () => {
    throw boom
  }

  it.each([
    ["probe", { probe: thrower }],
    ["facts$", { facts$: timer(30).pipe(map(thrower)) }],
    ["resync$", { resync$: timer(30).pipe(map(thrower)) }],
    ["stop$", { stop$: timer(30).pipe(map(thrower)) }],
  ])("ends the pipeline in an error rather than in silence: %s", (_, effects) => {
    const { ended, probing } = router({ forMs: 5000, effects: () => effects })
    expect(ended).toMatchObject([{ error: boom }])
    expect(probing).toBe(0)
  })
})

describe("every probe that is sent", () => {
  it("names a target of its own link", () => {
    const asked = new Set<string>()
    const probe: Effects["probe"] = (link, spec) => {
      asked.add(`${link.name} ${probeName(spec)}`)
      return of<Outcome>({ kind: "reply", rttMs: RTT_MS }).pipe(delay(RTT_MS))
    }
    router({ forMs: 3000, effects: () => ({ probe }) })
    expect([...asked].sort()).toEqual(
      HELD.links.flatMap(link => link.probes.map(spec => `${link.name} ${probeName(spec)}`)).sort(),
    )
  })
})

function fail(): never {
  throw new Error("no")
}
