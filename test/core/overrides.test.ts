import { describe, expect, it } from "vitest"
import { ordered, type LinkOrder } from "../../src/core/orders.ts"
import { listed, NO_OVERRIDES, overridden, withOlder, withOverride, withoutOverride } from "../../src/core/overrides.ts"
import { planOfConfig, weigh } from "../../src/core/plan.ts"
import { newWorld, step } from "../../src/core/world.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import { config, link, states } from "./fixtures.ts"

const until = "2026-01-31T12:00:00.000Z"
const drain = (name: string, force = false) => ({ kind: "drain", link: name, until: null, force }) as const
const weight = (name: string, value: number) => ({ kind: "weight", link: name, until, weight: value }) as const
const marks = (held = config(), ...names: readonly LinkStateName[]) =>
  weigh(held, states(...names), planOfConfig(config())).balance.map(({ mark }) => mark)

describe("overrides", () => {
  it("are listed as they were set, and gone when they are taken back", () => {
    const both = withOverride(withOverride(NO_OVERRIDES, drain("isp1")), weight("isp1", 5))
    expect(listed(both)).toEqual([drain("isp1"), weight("isp1", 5)])
    const undrained = withoutOverride(both, { kind: "drain", link: "isp1" })
    expect(listed(undrained)).toEqual([weight("isp1", 5)])
    expect(withoutOverride(undrained, { kind: "weight", link: "isp1" })).toEqual(NO_OVERRIDES)
  })

  it("of an earlier time hold beneath those that were set since", () => {
    const older = [drain("isp1", true), weight("isp1", 5), weight("isp2", 6)].reduce(withOverride, NO_OVERRIDES)
    const newer = [drain("isp1"), weight("isp2", 60)].reduce(withOverride, NO_OVERRIDES)
    expect(listed(withOlder(newer, older))).toEqual([drain("isp1"), weight("isp1", 5), weight("isp2", 60)])
  })

  it("take effect in the next plan, and let nothing go that flows", () => {
    const world = newWorld(config(), planOfConfig(config()), 0)
    const steered = step(world, {
      kind: "steering",
      config: overridden(config(), withOverride(NO_OVERRIDES, drain("isp1"))),
    })
    expect(steered.plan).toEqual({ balance: [{ mark: 2, weight: 30 }], move: [], ways: [] })
    const back = step(steered, { kind: "steering", config: overridden(config(), NO_OVERRIDES) })
    expect(back.plan).toEqual(world.plan)
  })

  it("give a link another weight", () => {
    const held = overridden(config(), withOverride(NO_OVERRIDES, weight("isp2", 70)))
    expect(planOfConfig(held).balance).toEqual([
      { mark: 1, weight: 70 },
      { mark: 2, weight: 70 },
    ])
  })
})

describe("a drained link", () => {
  const drained = (force: boolean) => overridden(config(), withOverride(NO_OVERRIDES, drain("isp1", force)))

  it("carries nothing while another can", () => {
    expect(marks(drained(false), "up", "up")).toEqual([2])
    expect(marks(drained(false), "up", "degraded")).toEqual([2])
  })

  it("carries when no other can, unless it was drained by force", () => {
    expect(marks(drained(false), "up", "down")).toEqual([1])
    expect(marks(drained(true), "up", "down")).toEqual([2])
  })
})

describe("an order", () => {
  const world = (...names: readonly LinkStateName[]) => {
    const fresh = newWorld(config(), planOfConfig(config()), 0)
    return { ...fresh, links: fresh.links.map((health, i) => ({ ...health, state: names[i] ?? health.state })) }
  }
  const set = (override: ReturnType<typeof drain | typeof weight>): LinkOrder => ({ do: "set", override })

  it("that would leave no link for new flows is refused, unless it is forced", () => {
    const refused = ordered(NO_OVERRIDES, set(drain("isp1")), [world("up", "down")])
    expect(refused).toEqual({ ok: false, why: "no other link can carry new flows of IPv4 now: isp1 is the last one" })
    expect(ordered(NO_OVERRIDES, set(drain("isp1", true)), [world("up", "down")]).ok).toBe(true)
    expect(ordered(NO_OVERRIDES, set(drain("isp1")), [world("up", "up")]).ok).toBe(true)
    expect(ordered(NO_OVERRIDES, set(weight("isp1", 0)), [world("up", "down")]).ok).toBe(false)
  })

  it("is refused for the sake of one family alone", () => {
    const six = config({ family: 6, links: [link(1)] })
    const ipv6 = newWorld(six, planOfConfig(six), 0)
    expect(ordered(NO_OVERRIDES, set(drain("isp1")), [world("up", "up"), ipv6])).toMatchObject({
      why: "no other link can carry new flows of IPv6 now: isp1 is the last one",
    })
  })

  it("about a link that is not there, or takes back what was not set, says so", () => {
    expect(ordered(NO_OVERRIDES, set(drain("isp9")), [world("up", "up")])).toEqual({
      ok: false,
      why: "there is no link isp9: there are isp1, isp2",
    })
    expect(ordered(NO_OVERRIDES, { do: "clear", kind: "drain", link: "isp1" }, [world("up", "up")])).toEqual({
      ok: false,
      why: "isp1 is not drained",
    })
  })

  it("takes back what may be there, too, while not all is known", () => {
    const clear = { do: "clear", kind: "drain", link: "isp1" } as const
    const pin = { do: "clear", kind: "pin", name: "pin1" } as const
    expect(ordered(NO_OVERRIDES, clear, [world("up", "up")], false)).toEqual({ ok: true, overrides: NO_OVERRIDES })
    expect(ordered(NO_OVERRIDES, pin, [world("up", "up")], false)).toEqual({ ok: true, overrides: NO_OVERRIDES })
    expect(ordered(NO_OVERRIDES, { ...clear, link: "isp9" }, [world("up", "up")], false).ok).toBe(false)
  })
})
