import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { judge, onFacts, onProbe } from "../../src/core/health.ts"
import { knownDead, newLink, type LinkHealth } from "../../src/core/link-health.ts"
import { obstacle, type Facts } from "../../src/core/facts.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import { SETTINGS } from "./fixtures.ts"
import { dice, simulate } from "./simulate.ts"

const PROBES = ["a", "b", "c"]
const WAYS = ["unknown→up", "unknown→down", "up→down", "down→up", "up→degraded", "degraded→up", "degraded→down"]

type Input =
  | { readonly kind: "probe"; readonly probe: string; readonly agoMs: number; readonly outcome: Outcome }
  | { readonly kind: "facts"; readonly facts: Facts }
  | { readonly kind: "tick" }

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant("reply" as const), rttMs: fc.double({ min: 0, max: 5000, noNaN: true }) }),
  fc.record({ kind: fc.constant("lost" as const), reason: fc.constantFrom("timeout", "unreachable", "interface") }),
  fc.record({ kind: fc.constant("broken" as const), error: fc.string() }),
)

const facts: fc.Arbitrary<Facts> = fc.record({
  index: fc.option(fc.nat(9)),
  carrier: fc.boolean(),
  address: fc.option(fc.ipV4()),
  gateway: fc.option(fc.ipV4()),
  pointToPoint: fc.boolean(),
})

const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("probe" as const),
      probe: fc.constantFrom(...PROBES, "nobody's"),
      agoMs: fc.nat(3000),
      outcome,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("facts" as const), facts }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tick" as const) }) },
)

const sequence = fc.array(fc.tuple(fc.nat(2000), input), { maxLength: 200 })
const settings = fc.record({
  intervalMs: fc.integer({ min: 20, max: 5000 }),
  timeoutMs: fc.constantFrom("auto" as const, 300),
  downAfterMs: fc.integer({ min: 100, max: 30_000 }),
  upAfterMs: fc.integer({ min: 0, max: 30_000 }),
  quorum: fc.integer({ min: 1, max: 3 }),
  degraded: fc.record({
    lossRatio: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
    rttMs: fc.integer({ min: 1, max: 1000 }),
    share: fc.constant(0.5),
  }),
  damping: fc.record({
    halfLifeMs: fc.integer({ min: 1000, max: 600_000 }),
    suppress: fc.integer({ min: 2, max: 9 }),
    reuse: fc.constant(1),
  }),
})

/** The link after each input; inputs come some time after one another. */
function lives(start: LinkHealth, inputs: readonly (readonly [number, Input])[], held = SETTINGS): LinkHealth[] {
  const seen = [start]
  let link = start
  let atMs = 0
  for (const [pauseMs, each] of inputs) {
    atMs += pauseMs
    link = advance(link, each, atMs)
    seen.push(link)
  }
  return seen

  function advance(link: LinkHealth, each: Input, atMs: number): LinkHealth {
    if (each.kind === "tick") return judge(link, held, atMs)
    if (each.kind === "facts") return onFacts(link, each.facts, held, atMs)
    const { probe, outcome } = each
    return onProbe(link, { kind: "probe", link: "isp1", probe, sentMs: atMs - each.agoMs, atMs, outcome }, held)
  }
}

const fresh = () => newLink("isp1", PROBES, SETTINGS, 0)

describe("whatever happens to a link", () => {
  it("its state goes only from unknown to up or down, between these, and to degraded only from up", () => {
    fc.assert(
      fc.property(sequence, settings, fc.boolean(), (inputs, held, wasDead) => {
        const seen = lives(wasDead ? knownDead(fresh(), "dead before") : fresh(), inputs, held)
        const ways = seen.slice(1).map((link, i) => `${seen[i]?.state ?? ""}→${link.state}`)
        expect(ways.filter((way, i) => seen[i]?.state !== seen[i + 1]?.state && !WAYS.includes(way))).toEqual([])
      }),
    )
  })

  it("the time of its last change never decreases, and moves with the state only", () => {
    fc.assert(
      fc.property(sequence, settings, (inputs, held) => {
        const seen = lives(fresh(), inputs, held)
        for (const [i, link] of seen.slice(1).entries()) {
          expect(link.sinceMs).toBeGreaterThanOrEqual(seen[i]?.sinceMs ?? NaN)
          if (link.state === seen[i]?.state) expect(link.sinceMs).toBe(seen[i].sinceMs)
        }
      }),
    )
  })

  it("it is down while an obstacle is known, and says which", () => {
    fc.assert(
      fc.property(sequence, settings, (inputs, held) => {
        for (const link of lives(fresh(), inputs, held)) {
          const stuck = link.facts === null ? null : obstacle(link.facts)
          if (stuck !== null) expect(link).toMatchObject({ state: "down", reason: stuck })
        }
      }),
    )
  })

  it("only an obstacle takes it down before downAfter of silence", () => {
    fc.assert(
      fc.property(sequence, settings, (inputs, held) => {
        const seen = lives(fresh(), inputs, held)
        for (const [i, link] of seen.slice(1).entries()) {
          if (link.state !== "down" || seen[i]?.state !== "up") continue
          if (link.facts !== null && obstacle(link.facts) !== null) continue
          expect(link.evidence.silenceMs).toBeGreaterThanOrEqual(held.downAfterMs)
        }
      }),
    )
  })

  it("nothing judges it twice: the same moment again changes nothing", () => {
    fc.assert(
      fc.property(sequence, settings, (inputs, held) => {
        const link = lives(fresh(), inputs, held).at(-1) ?? fresh()
        const atMs = inputs.reduce((sum, [pauseMs]) => sum + pauseMs, 0)
        const judged = judge(link, held, atMs)
        expect(judge(judged, held, atMs)).toEqual(judged)
      }),
    )
  })
})

describe("a link whose every probe is answered in time", () => {
  it("is never down, however its RTT and the settings are", () => {
    fc.assert(
      fc.property(settings, fc.nat(50), fc.integer(), (held, baseMs, seed) => {
        const roll = dice(seed)
        const rttMs = () => baseMs + 49 * roll()
        const run = simulate({ model: { rttMs, isLost: () => false }, untilMs: 60_000, settings: held })
        expect(run.changes.map(({ to }) => to)).not.toContain("down")
      }),
      { numRuns: 50 },
    )
  })

  it("is never down by its probes, whatever the kernel says meanwhile", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), facts), { maxLength: 8 }), said => {
        let atMs = 0
        const heard = said.map(([pauseMs, facts]) => ({ atMs: (atMs += pauseMs), facts }))
        const model = { rttMs: () => 15, isLost: () => false }
        const { changes } = simulate({ model, untilMs: 120_000, facts: heard })
        for (const { to, reason } of changes)
          if (to === "down") expect(["interface missing", "no carrier", "no address", "no gateway"]).toContain(reason)
      }),
      { numRuns: 50 },
    )
  })
})
