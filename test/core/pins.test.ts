import { describe, expect, it } from "vitest"
import { ordered } from "../../src/core/orders.ts"
import { listed, NO_OVERRIDES, overridden } from "../../src/core/overrides.ts"
import { named, withOlderPins, withPin, type AskedPin, type Pin } from "../../src/core/pins.ts"
import { planOfConfig, weigh } from "../../src/core/plan.ts"
import type { PolicyConfig } from "../../src/core/policy-config.ts"
import { isSameWanted, withinForce } from "../../src/core/wanted.ts"
import { newWorld, step } from "../../src/core/world.ts"
import { config, states } from "./fixtures.ts"

const policy = (from: string, use: readonly string[] = ["isp1"], ifDown: PolicyConfig["ifDown"] = "next") => ({
  name: "pin",
  match: { from: [from], to: [], proto: [], sport: [], dport: [], set: null, dscp: null, in: null },
  use: { kind: "order", links: use } as const,
  ifDown,
})
const asked: AskedPin = { match: { from: "10.0.0.1" }, use: ["isp1"], ifDown: "next", until: null }

/** Each put in after the one before it. */
function pinned(...policies: readonly PolicyConfig[]): readonly Pin[] {
  return policies.reduce<readonly Pin[]>((pins, meant) => {
    const result = named(asked, meant, pins, [])
    return result.ok ? withPin(pins, result.pin) : pins
  }, [])
}

const steered = (...policies: readonly PolicyConfig[]) =>
  overridden(config({ policies: [configured] }), { ...NO_OVERRIDES, pins: pinned(...policies) })
const configured = { ...policy("10.0.0.0/8", ["isp2"]), name: "all" }
const over = (mark: number) => ({ kind: "balance", shares: [{ mark, weight: 1 }] })

describe("pins", () => {
  it("stand before the policies of the configuration, the newest first", () => {
    const { policies } = steered(policy("10.0.0.1/32"), policy("10.0.0.2/32"))
    expect(policies.map(({ name }) => name)).toEqual(["pin2", "pin1", "all"])
  })

  it("of one match take each other's place and name, and are the newest then", () => {
    const pins = pinned(policy("10.0.0.1/32"), policy("10.0.0.2/32"), policy("10.0.0.1/32", ["isp2"]))
    expect(pins.map(({ name }) => name)).toEqual(["pin1", "pin2"])
    expect(pins[0]?.policy.use).toEqual({ kind: "order", links: ["isp2"] })
  })

  it("of an earlier time stand beneath newer ones, without those of the same match, under a name that is free", () => {
    const older = pinned(policy("10.0.0.1/32"), policy("10.0.0.2/32"), policy("10.0.0.3/32"))
    const newer = pinned(policy("10.0.0.2/32", ["isp2"]))
    const sources = withOlderPins(newer, older).map(({ name, policy: { name: own, match } }) => [
      name,
      own,
      match.from[0],
    ])
    expect(sources).toEqual([
      ["pin1", "pin1", "10.0.0.2/32"],
      ["pin3", "pin3", "10.0.0.3/32"],
      ["pin4", "pin4", "10.0.0.1/32"],
    ])
  })

  it("have the first name that is free, of policies too", () => {
    const one = { ...policy("10.0.0.9/32"), name: "pin1" }
    expect(named(asked, policy("10.0.0.1/32"), [], [one])).toMatchObject({ pin: { name: "pin2" } })
    const [, first] = pinned(policy("10.0.0.1/32"), policy("10.0.0.2/32"))
    expect(first?.name).toBe("pin1")
    const left = pinned(policy("10.0.0.1/32"), policy("10.0.0.2/32")).slice(0, 1)
    expect(named(asked, policy("10.0.0.3/32"), left, [])).toMatchObject({ pin: { name: "pin1" } })
  })

  it("are told without what they mean here, and are 64 at most", () => {
    const many = pinned(...Array.from({ length: 64 }, (_, i) => policy(`10.0.1.${i}/32`)))
    expect(named(asked, policy("10.0.0.1/32"), many, [])).toMatchObject({ ok: false })
    expect(named(asked, policy("10.0.1.7/32"), many, [])).toMatchObject({ ok: true, pin: { name: "pin8" } })
    expect(listed({ ...NO_OVERRIDES, pins: many.slice(0, 1) })).toEqual([{ kind: "pin", name: "pin64", ...asked }])
  })

  it("are taken back by name, and one that is not there is told from those that are", () => {
    const overrides = { ...NO_OVERRIDES, pins: pinned(policy("10.0.0.1/32"), policy("10.0.0.2/32")) }
    const clear = (name: string) => ordered(overrides, { do: "clear", kind: "pin", name }, [])
    expect(clear("pin1")).toMatchObject({ ok: true, overrides: { pins: [{ name: "pin2" }] } })
    expect(clear("pin9")).toEqual({ ok: false, why: "there is no pin pin9: there are pin2, pin1" })
    expect(ordered(NO_OVERRIDES, { do: "clear", kind: "pin", name: "pin1" }, [])).toEqual({
      ok: false,
      why: "nothing is pinned",
    })
  })
})

describe("rules that are to follow pins", () => {
  const wanted = (...policies: readonly PolicyConfig[]) => {
    const held = steered(...policies)
    return { config: held, plan: planOfConfig(held) }
  }

  it("are others with the same ways and another match", () => {
    const one = wanted(policy("10.0.0.1/32"))
    expect(isSameWanted(one, { ...one, plan: planOfConfig(one.config) })).toBe(true)
    expect(isSameWanted(one, wanted(policy("10.0.0.2/32")))).toBe(false)
  })

  it("fail over in the chains that are in force before the others are made", () => {
    const inForce = wanted(policy("10.0.0.1/32"))
    const [pin, all] = inForce.config.policies
    const added = { ...inForce.config, policies: [policy("10.0.0.2/32"), pin, all].filter(each => each !== undefined) }
    const next = { config: added, plan: weigh(added, states("down", "up"), inForce.plan) }
    expect(next.plan.ways).toEqual([{ kind: "next" }, { kind: "next" }, over(2)])
    expect(withinForce(next, inForce).plan.ways).toEqual([{ kind: "next" }, over(2)])
    const removed = { ...inForce.config, policies: [all].filter(each => each !== undefined) }
    const without = withinForce({ config: removed, plan: planOfConfig(removed) }, inForce)
    expect(without).toMatchObject({ config: inForce.config, plan: { ways: [{ kind: "next" }, over(2)] } })
  })
})

describe("a world that is given pins", () => {
  const world = newWorld(config({ policies: [configured] }), planOfConfig(config({ policies: [configured] })), 0)
  const given = (...policies: readonly PolicyConfig[]) =>
    step(world, {
      kind: "steering",
      config: { ...world.config, policies: [...pinned(...policies).map(pin => pin.policy), ...world.config.policies] },
    })

  it("leads new flows by them and moves none", () => {
    expect(given(policy("10.0.0.1/32")).plan).toEqual({ ...world.plan, ways: [over(1), over(2)] })
  })

  it("keeps, with no link left, the way of each policy that it had", () => {
    const before = given(policy("10.0.0.1/32"))
    const dark = { ...before, links: before.links.map(link => ({ ...link, state: "down" as const })) }
    const [pin, all] = before.config.policies
    const policies = [policy("10.0.0.2/32", ["isp2"]), pin, all].filter(each => each !== undefined)
    const after = step(dark, { kind: "steering", config: { ...before.config, policies } })
    expect(after.plan.ways).toEqual([{ kind: "next" }, over(1), over(2)])
  })

  it("lets go of what a pin refused, also after that pin is gone", () => {
    const refusing = given(policy("10.0.0.1/32", ["isp1"], "block"))
    expect(refusing.plan.move).toEqual([0xff])
    expect(step(refusing, { kind: "steering", config: world.config }).plan.move).toEqual([0xff])
  })
})
