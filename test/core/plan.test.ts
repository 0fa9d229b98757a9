import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Config, LinkConfig } from "../../src/core/config.ts"
import { CALM } from "../../src/core/damping.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import { isSamePlan, planOfConfig, sharesOf, unreachableMark, weigh, type Plan } from "../../src/core/plan.ts"
import { config, link, states } from "./fixtures.ts"

const NOTHING: Plan = { balance: [], move: [], ways: [] }

const three = (...changes: Partial<LinkConfig>[]) =>
  config({ links: [1, 2, 3].map((number, i) => link(number, changes[i])) })

/** Up again, and not for long. */
const interrupted = (name: string) => ({
  name,
  state: "up" as const,
  share: 1,
  recovery: null,
  suspicion: null,
  interruption: { by: "no address", untilMs: 10_000, slowStart: null, damping: CALM } as const,
})

describe("with no link in service", () => {
  const answering = (name: string, isSteady: boolean, share = 0.1) => ({
    name,
    state: "down" as const,
    share,
    recovery: { sinceMs: 0, isSteady, before: { judged: 0, lost: 0 } },
    suspicion: null,
    interruption: null,
  })
  const silent = (name: string) => ({ ...answering(name, false), recovery: null })
  const inForce = (...marks: readonly number[]): Plan => ({
    balance: marks.map(mark => ({ mark, weight: 50 })),
    move: [1, 2, 3].filter(mark => !marks.includes(mark)),
    ways: [],
  })
  const marksOf = ({ balance }: Plan) => balance.map(({ mark }) => mark)

  it("the first answer gets new flows, and moves none", () => {
    const first = [answering("isp1", false), silent("isp2"), silent("isp3")]
    expect(weigh(three(), first, inForce(1, 2, 3))).toMatchObject({ balance: [{ mark: 1 }], move: [] })
    expect(weigh(three(), first, inForce(2))).toMatchObject({ balance: [{ mark: 1 }], move: [3] })
    const steady = [answering("isp1", true), ...first.slice(1)]
    expect(weigh(three(), steady, inForce(1, 2, 3))).toMatchObject({ balance: [{ mark: 1 }], move: [2, 3] })
  })

  it("with unreachable, the first answer ends the refusal of flows that were refused before", () => {
    const refuse = { ...three(), allDown: "unreachable" } as const
    const first = [answering("isp1", false), silent("isp2"), silent("isp3")]
    const refused = weigh(refuse, [silent("isp1"), ...first.slice(1)], inForce(1, 2, 3))
    expect(weigh(refuse, first, refused)).toMatchObject({ balance: [{ mark: 1 }], move: [2, 3, 0xff] })
  })

  it("a damped link carries nothing while one that is not damped answers", () => {
    const states = [answering("isp1", true, 0), answering("isp2", true), silent("isp3")]
    expect(marksOf(weigh(three(), states, inForce(1, 2, 3)))).toEqual([2])
    expect(
      marksOf(weigh(three(), [answering("isp1", true, 0), silent("isp2"), silent("isp3")], inForce(1, 2, 3))),
    ).toEqual([1])
  })

  it("the first answer of a better tier takes nothing from a link that is steady", () => {
    const tiers = three({}, { tier: 2 }, { tier: 2 })
    const first = [answering("isp1", false), answering("isp2", true), silent("isp3")]
    expect(marksOf(weigh(tiers, first, inForce(2)))).toEqual([2])
    expect(marksOf(weigh(tiers, [answering("isp1", true), ...first.slice(1)], inForce(2)))).toEqual([1])
  })

  it("a link without a weight is none that serves", () => {
    const watched = three({}, {}, { weight: 0 })
    const states = [silent("isp1"), silent("isp2"), { ...silent("isp3"), state: "up" as const, share: 1 }]
    expect(weigh(watched, states, inForce(1, 2))).toMatchObject({ balance: inForce(1, 2).balance })
  })
})

describe("the plan", () => {
  it("gives every link its weight before anything has been probed", () => {
    expect(planOfConfig(config())).toEqual({
      balance: [
        { mark: 1, weight: 70 },
        { mark: 2, weight: 30 },
      ],
      move: [],
      ways: [],
    })
  })

  it("gives a dead link nothing, and has its flows move", () => {
    expect(weigh(config(), states("down", "up"), NOTHING)).toEqual({
      balance: [{ mark: 2, weight: 30 }],
      move: [1],
      ways: [],
    })
  })

  it("lets a dead link's flows wait for it with onDown: hold", () => {
    const held = config({ links: [link(1, { onDown: "hold" }), link(2)] })
    expect(weigh(held, states("down", "up"), NOTHING).move).toEqual([])
  })

  it("never gives anything to a link of weight 0, and does not move what it has", () => {
    const standby = config({ links: [link(1), link(2, { weight: 0 })] })
    expect(planOfConfig(standby)).toEqual({ balance: [{ mark: 1, weight: 50 }], move: [], ways: [] })
    expect(weigh(standby, states("down", "up"), planOfConfig(standby))).toEqual(planOfConfig(standby))
  })

  it("uses a worse tier only when no link of a better one can carry", () => {
    const tiers = three({}, { tier: 2 }, { tier: 2 })
    expect(weigh(tiers, states("up", "up", "up"), NOTHING).balance.map(({ mark }) => mark)).toEqual([1])
    expect(weigh(tiers, states("down", "up", "up"), NOTHING).balance.map(({ mark }) => mark)).toEqual([2, 3])
    expect(weigh(tiers, states("unknown", "up", "up"), NOTHING).balance.map(({ mark }) => mark)).toEqual([1])
  })

  it("passes over a better tier of weight 0", () => {
    const tiers = three({ weight: 0 }, { tier: 2 }, { tier: 3 })
    expect(weigh(tiers, states("up", "up", "up"), NOTHING).balance.map(({ mark }) => mark)).toEqual([2])
  })

  it("moves flows off a metered link once a better tier is proven, not on hope", () => {
    const backup = config({ links: [link(1), link(2, { tier: 2, metered: true })] })
    expect(weigh(backup, states("up", "up"), NOTHING).move).toEqual([2])
    expect(weigh(backup, states("unknown", "up"), NOTHING).move).toEqual([])
    expect(weigh(backup, [interrupted("isp1"), ...states("up", "up").slice(1)], NOTHING).move).toEqual([])
    expect(weigh(backup, states("down", "up"), NOTHING)).toEqual({
      balance: [{ mark: 2, weight: 50 }],
      move: [1],
      ways: [],
    })
  })

  it("leaves flows on a backup that is not metered", () => {
    const backup = config({ links: [link(1), link(2, { tier: 2 })] })
    expect(weigh(backup, states("up", "up"), NOTHING).move).toEqual([])
  })

  it("takes a link that it knows nothing of for one that may carry", () => {
    expect(weigh(config(), [], NOTHING)).toEqual(planOfConfig(config()))
  })
})

describe("with every link down", () => {
  const alone: Plan = { balance: [{ mark: 2, weight: 30 }], move: [1], ways: [] }

  it("keep leaves the last split as it was", () => {
    expect(weigh(config(), states("down", "down"), alone)).toEqual(alone)
  })

  it("keep forgets marks that no link bears any more", () => {
    const renumbered = config({ links: [link(1), link(2, { mark: 4 })] })
    const before: Plan = {
      balance: [
        { mark: 1, weight: 70 },
        { mark: 2, weight: 30 },
        { mark: 0xff, weight: 1 },
      ],
      move: [3],
      ways: [],
    }
    expect(weigh(renumbered, states("down", "down"), before)).toEqual({
      balance: [{ mark: 1, weight: 70 }],
      move: [],
      ways: [],
    })
  })

  it("stop marking leaves new flows to the main table and lets the others go, except those that wait", () => {
    const stop = { ...config({ links: [link(1), link(2, { onDown: "hold" })] }), allDown: "stop marking" } as const
    expect(weigh(stop, states("down", "down"), alone)).toEqual({ balance: [], move: [1], ways: [] })
  })

  it("unreachable sends every flow to the mark that leads nowhere", () => {
    const refuse = config({ allDown: "unreachable" })
    expect(weigh(refuse, states("down", "down"), alone)).toEqual({
      balance: [{ mark: 0xff, weight: 1 }],
      move: [1, 2],
      ways: [],
    })
  })

  it("unreachable is not for ever: its mark is let go as soon as a link carries again", () => {
    const refuse = config({ allDown: "unreachable" })
    expect(weigh(refuse, states("up", "down"), alone)).toEqual({
      balance: [{ mark: 1, weight: 70 }],
      move: [2, 0xff],
      ways: [],
    })
  })
})

describe("isSamePlan", () => {
  it("tells plans apart by what they carry and what they move", () => {
    const plan: Plan = { balance: [{ mark: 1, weight: 70 }], move: [2], ways: [] }
    expect(isSamePlan(plan, structuredClone(plan))).toBe(true)
    expect(isSamePlan(plan, { ...plan, move: [], ways: [] })).toBe(false)
    expect(isSamePlan(plan, { ...plan, balance: [{ mark: 1, weight: 71 }] })).toBe(false)
  })
})

const anyConfig: fc.Arbitrary<Config> = fc
  .record({
    allDown: fc.constantFrom("keep", "stop marking", "unreachable"),
    links: fc.array(
      fc.record({
        weight: fc.integer({ min: 0, max: 1000 }),
        tier: fc.integer({ min: 1, max: 3 }),
        onDown: fc.constantFrom("move", "hold"),
        metered: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ allDown, links }) => config({ allDown, links: links.map((changes, i) => link(i + 1, changes)) }))

const anyStates = fc.array(fc.constantFrom<LinkStateName>("unknown", "up", "down"), { minLength: 8, maxLength: 8 })

/** Each configuration with the plans that a sequence of states leads through, from the configured one on. */
const anyHistory = fc.tuple(anyConfig, fc.array(anyStates, { minLength: 1, maxLength: 6 })).map(([held, seen]) => {
  const plans: Plan[] = []
  for (const names of seen) plans.push(weigh(held, states(...names), plans.at(-1) ?? planOfConfig(held)))
  return { held, plans, last: seen.at(-1) ?? [], plan: plans.at(-1) ?? NOTHING }
})

describe("whatever the links do", () => {
  it("the shares of new flows add up to 1 as long as a link carries", () => {
    fc.assert(
      fc.property(anyHistory, ({ held, plan }) => {
        const marks = held.links.map(({ mark }) => mark)
        const shares = Object.values(sharesOf(held, plan))
        const sum = shares.reduce((a, b) => a + b, 0)
        expect(sum).toBeCloseTo(plan.balance.some(({ mark }) => marks.includes(mark)) ? 1 : 0)
        expect(shares.every(share => share >= 0 && share <= 1)).toBe(true)
      }),
    )
  })

  it("no dead link carries while another could, and every weight in the plan is above 0", () => {
    fc.assert(
      fc.property(anyHistory, ({ held, last, plan }) => {
        const isUsable = ({ weight }: LinkConfig, i: number) => weight > 0 && last[i] !== "down"
        const carrying = held.links.filter(({ mark }) => plan.balance.some(share => share.mark === mark))
        if (held.links.some(isUsable)) {
          expect(carrying.length).toBeGreaterThan(0)
          expect(carrying.every(each => isUsable(each, held.links.indexOf(each)))).toBe(true)
        } else if (held.allDown !== "keep") expect(carrying).toEqual([])
        expect(plan.balance.every(({ weight }) => weight > 0)).toBe(true)
      }),
    )
  })

  it("no link's flows are moved off it while it carries", () => {
    fc.assert(
      fc.property(anyHistory, ({ plan }) => {
        expect(plan.balance.filter(({ mark }) => plan.move.includes(mark))).toEqual([])
      }),
    )
  })

  it("only marks of the configuration's own are ever used", () => {
    fc.assert(
      fc.property(anyHistory, ({ held, plan }) => {
        const known = [...held.links.map(({ mark }) => mark), unreachableMark(held)]
        expect([...plan.balance.map(({ mark }) => mark), ...plan.move].every(mark => known.includes(mark))).toBe(true)
      }),
    )
  })

  it("the same states give the same plan again", () => {
    fc.assert(
      fc.property(anyHistory, ({ held, last, plan }) => {
        expect(isSamePlan(weigh(held, states(...last), plan), plan)).toBe(true)
      }),
    )
  })
})
