import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { FamilyConfig } from "../../src/core/family.ts"
import type { EventDraft } from "../../src/core/events.ts"
import type { Facts } from "../../src/core/facts.ts"
import type { LinkHealth } from "../../src/core/link-health.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import { isSamePlan, planOfConfig, weigh } from "../../src/core/plan.ts"
import { newWorld, nextDeadlineMs, reconfigure, step, type Input, type World } from "../../src/core/world.ts"
import { eventsBetween } from "../../src/core/world-events.ts"
import { config, link, PLUGGED_IN } from "./fixtures.ts"

const HELD = config()
const start = (held = HELD) => newWorld(held, planOfConfig(held), 0)

const reply: Outcome = { kind: "reply", rttMs: 15 }
const broken: Outcome = { kind: "broken", error: "EPERM" }

function probed(link: string, atMs: number, outcome: Outcome, probe = "icmp 1.1.1.1"): Input {
  return { kind: "probe", link, probe, sentMs: atMs - 15, atMs, outcome }
}
const seen = (link: string, atMs: number, changes: Partial<Facts> = {}): Input => ({
  kind: "facts",
  atMs,
  facts: new Map([[link, { ...PLUGGED_IN, ...changes }]]),
})

const after = (world: World, ...inputs: Input[]) => inputs.reduce(step, world)
const stateOf = (world: World, name: string) => world.links.find(each => each.name === name)?.state
const told = (before: World, ...inputs: Input[]) => eventsBetween(before, after(before, ...inputs))

/** isp1 answers, isp2 has no carrier. */
const half = () => after(start(), probed("isp1", 15, reply), seen("isp1", 20), seen("isp2", 20, { carrier: false }))

describe("links that go at the same moment", () => {
  it("leave the split as it was last, and not as it would be between the one and the other", () => {
    const both = after(start(), probed("isp1", 15, reply), probed("isp2", 15, reply))
    const gone = new Map(["isp1", "isp2"].map(link => [link, { ...PLUGGED_IN, carrier: false }]))
    const world = after(both, { kind: "facts", facts: gone, atMs: 50 })
    expect(["isp1", "isp2"].map(link => stateOf(world, link))).toEqual(["down", "down"])
    expect(world.plan).toEqual(both.plan)
  })
})

describe("with no link in service", () => {
  const dead = (inForce = planOfConfig(HELD)) => {
    const both = after(newWorld(HELD, inForce, 0), probed("isp1", 15, reply), probed("isp2", 15, reply))
    const gone = new Map(["isp1", "isp2"].map(link => [link, { ...PLUGGED_IN, carrier: false }]))
    return after(both, { kind: "facts", facts: gone, atMs: 50 })
  }
  const balanced = ({ plan }: World) => plan.balance.map(({ mark }) => mark)

  it("the first that answers carries at once, and is given the flows of the others after downAfter", () => {
    const back = after(dead(), seen("isp1", 2100), probed("isp1", 2200, reply))
    expect(back.plan).toEqual({ balance: [{ mark: 1, weight: 7 }], move: [], ways: [] })
    expect(after(back, { kind: "tick", atMs: 3300 }).plan).toEqual(back.plan)
    const steady = after(back, probed("isp1", 3200, reply))
    expect(balanced(steady)).toEqual([1])
    expect(steady.plan.move).toEqual([2])
    expect(stateOf(steady, "isp1")).toBe("down")
  })

  it("a second that answers carries beside it, and a proven one instead of a dead one", () => {
    const back = after(
      dead(),
      seen("isp1", 2100),
      seen("isp2", 2100),
      probed("isp1", 2200, reply),
      probed("isp2", 2900, reply),
    )
    expect(balanced(back)).toEqual([1, 2])
    const answers = Array.from({ length: 25 }, (_, i) => probed("isp1", 2700 + i * 500, reply))
    const proven = after(back, probed("isp1", 3200, reply), seen("isp2", 3300, { carrier: false }), ...answers)
    expect(stateOf(proven, "isp1")).toBe("up")
    expect(balanced(proven)).toEqual([1])
  })
})

describe("a world", () => {
  it("begins with every link unknown and the plan that is in force", () => {
    const inForce = { balance: [{ mark: 2, weight: 1 }], move: [1], ways: [] }
    const world = newWorld(HELD, inForce, 5)
    expect(world.links.map(({ name, state, sinceMs }) => [name, state, sinceMs])).toEqual([
      ["isp1", "unknown", 5],
      ["isp2", "unknown", 5],
    ])
    expect(world.plan).toBe(inForce)
  })

  it("lets an answer reach only the link that it came over, though both ask the same target", () => {
    const world = after(start(), probed("isp1", 15, reply))
    expect([stateOf(world, "isp1"), stateOf(world, "isp2")]).toEqual(["up", "unknown"])
  })

  it("follows a change of state with its plan at once", () => {
    expect(half().plan).toEqual({ balance: [{ mark: 1, weight: 70 }], move: [2], ways: [] })
  })

  it("takes for an heir a link that users' traffic shows to be alive", () => {
    const lost: Outcome = { kind: "lost", reason: "timeout" }
    const both = after(start(), probed("isp1", 15, reply), probed("isp2", 15, reply))
    const misses = Array.from({ length: 60 }, (_, i) => probed("isp1", 1000 + i * 20, lost))
    expect(after(both, ...misses).plan).toEqual(both.plan)
    const traffic: Input = { kind: "traffic", link: "isp2", atMs: 1201 }
    const world = after(both, ...misses.slice(0, 6), traffic, ...misses.slice(6))
    expect(stateOf(world, "isp1")).toBe("down")
    expect(world.plan.balance).toEqual([{ mark: 2, weight: 30 }])
  })

  it("weighs nothing for an answer over another link than the dead one", () => {
    const settled = after(half(), probed("isp1", 30, reply))
    const next = after(settled, probed("isp1", 45, reply))
    expect(stateOf(next, "isp2")).toBe("down")
    expect(next.plan).toBe(settled.plan)
    expect(next.isSettled).toBe(true)
  })

  it("takes no notice of a link or a target that it does not have", () => {
    const before = start()
    const world = after(before, probed("isp9", 15, reply), probed("isp1", 15, reply, "icmp 4.4.4.4"))
    expect(world).toEqual({ ...before, isSettled: true })
  })

  it("is never at odds with the plan that its own links ask for, whatever comes in", () => {
    const outcome = fc.constantFrom<Outcome>(reply, broken, { kind: "lost", reason: "timeout" })
    const name = fc.constantFrom("isp1", "isp2", "isp9")
    const input = fc.oneof(
      fc.tuple(name, outcome).map(
        ([link, outcome]) =>
          (atMs: number) =>
            probed(link, atMs, outcome),
      ),
      fc.tuple(name, fc.boolean()).map(
        ([link, carrier]) =>
          (atMs: number) =>
            seen(link, atMs, { carrier }),
      ),
      name.map(link => (atMs: number): Input => ({ kind: "traffic", link, atMs })),
      fc.constant((atMs: number): Input => ({ kind: "tick", atMs })),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3000), input)), inputs => {
        let atMs = 0
        let world = start()
        for (const [pauseMs, make] of inputs) {
          const before = world
          world = step(world, make((atMs += pauseMs)))
          expect(isSamePlan(world.plan, weigh(HELD, world.links, before.plan))).toBe(true)
          expect(world.plan).toEqual(step({ ...before, isSettled: false }, make(atMs)).plan)
          const changed = world.links.filter((each, i) => each.state !== before.links[i]?.state)
          const events = eventsBetween(before, world).filter(({ type }) => type === "link.state")
          expect(events).toHaveLength(changed.length)
        }
      }),
    )
  })
})

describe("nextDeadlineMs", () => {
  it("is null while time alone decides nothing", () => {
    expect(nextDeadlineMs(start())).toBeNull()
    expect(nextDeadlineMs(half())).toBeNull()
  })

  it("is the earliest of all links' deadlines", () => {
    const dead = after(start(), seen("isp1", 10, { carrier: false }), seen("isp2", 10, { carrier: false }))
    const free = after(dead, seen("isp1", 100), seen("isp2", 100))
    const recovering = after(free, probed("isp2", 300, reply), probed("isp1", 500, reply))
    expect(nextDeadlineMs(recovering)).toBe(300 + HELD.health.upAfterMs)
  })
})

describe("what is told", () => {
  it("is nothing when nothing worth telling changed", () => {
    expect(told(half(), probed("isp1", 515, reply), { kind: "tick", atMs: 600 })).toEqual([])
  })

  it("is a change of state, with its reason and what decided it", () => {
    expect(told(start(), probed("isp1", 15, reply))).toMatchObject([
      {
        type: "link.state",
        family: "ipv4",
        link: "isp1",
        from: "unknown",
        to: "up",
        evidence: { answering: 1, rttMs: 15 },
      },
    ])
  })

  it("is a carrier that went or came, before the change of state that follows from it", () => {
    const both = after(half(), seen("isp2", 30))
    expect(told(both, seen("isp1", 100, { carrier: false }))).toMatchObject([
      { type: "link.carrier", link: "isp1", carrier: false },
      { type: "link.state", family: "ipv4", link: "isp1", to: "down", reason: "no carrier" },
    ])
    expect(told(half(), seen("isp2", 100))).toEqual([{ type: "link.carrier", link: "isp2", carrier: true }])
  })

  it("is a new address or gateway", () => {
    expect(told(half(), seen("isp1", 100, { address: "192.0.2.9" }))).toEqual([
      { type: "link.address", family: "ipv4", link: "isp1", address: "192.0.2.9", gateway: "192.0.2.1" },
    ])
    expect(told(half(), seen("isp1", 100, { gateway: "192.0.2.254" }))).toMatchObject([{ type: "link.address" }])
  })

  it("is not what the agent merely found at its start", () => {
    expect(told(start(), seen("isp1", 5))).toEqual([])
  })

  it("is a prober that can no longer ask, once until it could again", () => {
    const before = half()
    const first = after(before, probed("isp1", 500, broken))
    expect(eventsBetween(before, first)).toEqual([
      {
        type: "probe.broken",
        family: "ipv4",
        link: "isp1",
        probe: "icmp 1.1.1.1",
        error: "EPERM",
      } satisfies EventDraft,
    ])
    expect(told(first, probed("isp1", 1000, broken))).toEqual([])
    const mended = after(first, probed("isp1", 1500, reply))
    expect(told(mended, probed("isp1", 2000, broken))).toHaveLength(1)
  })

  it("says of a damped link for how long it stays out at most", () => {
    const before = half()
    const damping = { penalty: 2, atMs: 1000, isDamped: true }
    const down = { state: "down", sinceMs: 1000, damping } as const
    const links = before.links.map((link, i) => (i === 0 ? { ...link, ...down } : link))
    const { halfLifeMs } = before.config.health.damping
    expect(eventsBetween(before, { ...before, links })).toMatchObject([{ to: "down", dampedMs: halfLifeMs }])
  })

  it("comes in the order of the links", () => {
    const links = told(start(), seen("isp2", 5, { carrier: false }), probed("isp1", 15, reply))
    expect(links.map(event => ("link" in event ? event.link : null))).toEqual(["isp1", "isp2"])
  })
})

describe("a new configuration", () => {
  const other = (changes: Parameters<typeof link>[1]): FamilyConfig =>
    config({ links: [link(1, { weight: 70 }), link(2, { weight: 30, ...changes })] })

  it("keeps all that is known of links that are watched the same way, at their new weights", () => {
    const world = reconfigure(half(), other({ weight: 5, tier: 2, onDown: "hold" }), 100)
    expect(world.links).toEqual(half().links)
    expect(world.plan).toEqual({ balance: [{ mark: 1, weight: 70 }], move: [], ways: [] })
    expect(eventsBetween(half(), world)).toEqual([])
  })

  it.each([{ interface: "eth7" }, { mark: 7 }])("begins anew with a link that is another one: %o", changes => {
    const up = after(start(), probed("isp2", 15, reply))
    const world = reconfigure(up, other(changes), 100)
    expect(world.links[1]).toMatchObject({ state: "unknown", watchedSinceMs: 100, facts: null })
    expect(world.links[0]).toBe(up.links[0])
  })

  it("keeps what was seen of a link and of the targets that stay when its list of targets changes", () => {
    const up = after(start(), probed("isp2", 15, reply), probed("isp2", 30, reply, "icmp 9.9.9.9"))
    const [isp1, isp2] = up.links
    const damping = { penalty: 3.5, atMs: 20, isDamped: true }
    const seenBad = { ...up, links: [isp1, isp2].map(health => ({ ...health, damping })) as readonly LinkHealth[] }
    const probes = [{ kind: "icmp", address: "9.9.9.9" } as const, { kind: "icmp", address: "4.4.4.4" } as const]
    const world = reconfigure(seenBad, other({ probes }), 100)
    expect(world.links[1]).toMatchObject({ state: "up", damping, watchedSinceMs: 100 })
    expect(world.links[1]?.targets.map(({ probe, lastAnswerMs }) => [probe, lastAnswerMs])).toEqual([
      ["icmp 9.9.9.9", 30],
      ["icmp 4.4.4.4", null],
    ])
    expect(eventsBetween(up, world)).toEqual([])
  })

  it("holds no silence from before against targets that it has only just got", () => {
    const up = after(start(), probed("isp2", 15, reply))
    const world = reconfigure(up, other({ probes: [{ kind: "icmp", address: "4.4.4.4" }] }), 60_000)
    const lost: Outcome = { kind: "lost", reason: "timeout" }
    const misses = (fromMs: number, count: number) =>
      Array.from({ length: count }, (_, i) => probed("isp2", fromMs + i * 20, lost, "icmp 4.4.4.4"))
    expect(stateOf(after(world, ...misses(60_050, 40)), "isp2")).toBe("up")
    expect(stateOf(after(world, ...misses(60_050, 60)), "isp2")).toBe("down")
  })

  it("gives no flows to a link that was dead before, whomever it asks now: it proves itself", () => {
    const world = reconfigure(half(), other({ probes: [{ kind: "icmp", address: "4.4.4.4" }] }), 100)
    expect(world.links[1]).toMatchObject({ state: "down", reason: "no carrier" })
    expect(world.plan.balance.map(({ mark }) => mark)).toEqual([1])
    const answered = after(world, seen("isp2", 150), probed("isp2", 200, reply, "icmp 4.4.4.4"))
    expect(stateOf(answered, "isp2")).toBe("down")
    expect(nextDeadlineMs(answered)).toBe(200 + HELD.health.upAfterMs)
  })

  it("knows a link by its interface and mark under another name", () => {
    const world = reconfigure(half(), config({ links: [link(1, { name: "fibre", weight: 70 }), link(2)] }), 100)
    expect(world.links[0]).toEqual({ ...half().links[0], name: "fibre" })
    expect(world.plan).toEqual(half().plan)
  })

  it("brings and drops links", () => {
    const world = reconfigure(half(), config({ links: [link(1), link(3)] }), 100)
    expect(world.links.map(({ name, state }) => [name, state])).toEqual([
      ["isp1", "up"],
      ["isp3", "down"],
    ])
    expect(eventsBetween(half(), world)).toEqual([])
  })

  it("gives no flows to a new link before it has answered for upAfter: the others are proven", () => {
    const world = reconfigure(half(), config({ links: [link(1), link(3)] }), 100)
    expect(world.links[1]?.reason).toBe("added by a reload; waiting for answers")
    expect(world.plan.balance.map(({ mark }) => mark)).toEqual([1])
  })

  it("with every link down keeps the last split, as far as its links are still there", () => {
    const down = after(half(), seen("isp1", 50, { carrier: false }))
    expect(reconfigure(down, config({ links: [link(1), link(3, { weight: 0 })] }), 100).plan).toEqual({
      balance: [{ mark: 1, weight: 70 }],
      move: [],
      ways: [],
    })
  })
})
