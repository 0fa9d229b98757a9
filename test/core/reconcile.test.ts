import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { FamilyConfig } from "../../src/core/family.ts"
import { planOfConfig, sharesOf, type Plan } from "../../src/core/plan.ts"
import { isOurs, planInForce, reconcile, removal } from "../../src/core/reconcile.ts"
import { HOOKS } from "../../src/core/ruleset.ts"
import { parseSaved } from "../../src/core/saved.ts"
import { waysInForce } from "../../src/core/ways-in-force.ts"
import { anyConfigAndPlan } from "./arbitrary-config.ts"
import { fakeRules, restored, saved, type FakeRules } from "./fake-iptables.ts"
import { config, link } from "./fixtures.ts"

const HELD = config()
const PLAN = planOfConfig(HELD)

/** Other people's rules, some of which look like ours. */
const FOREIGN = {
  mangle: {
    PREROUTING: ["-i lan0 -j CONNMARK --restore-mark"],
    POSTROUTING: ["-j EVENKEELISH"],
    FORWARD: ["-p tcp -j TCPMSS --clamp-mss-to-pmtu"],
    EVENKEELISH: ["-j RETURN"],
    MY_LOAD_BALANCE: ["-j ACCEPT"],
  },
  nat: { PREROUTING: ["-p tcp --dport 80 -j LOAD_BALANCE"], LOAD_BALANCE: ["-j DNAT --to-destination 10.0.0.5"] },
}

const repairOf = (rules: FakeRules, held: FamilyConfig = HELD, plan: Plan = PLAN) =>
  reconcile(held, plan, parseSaved(saved(rules)))
const repaired = (rules: FakeRules, held: FamilyConfig = HELD, plan: Plan = PLAN) =>
  restored(rules, repairOf(rules, held, plan).input)
const chain = (rules: FakeRules, table: string, name: string) => rules.get(table)?.get(name)

/** Somebody's hand in our rules. */
function tampered(change: (chains: Map<string, string[]>) => void, table = "mangle"): FakeRules {
  const rules = repaired(fakeRules(FOREIGN))
  change(rules.get(table) ?? new Map<string, string[]>())
  return rules
}

describe("reconcile", () => {
  it("sets everything up on a router that has never seen evenkeel, and says so", () => {
    const { what } = repairOf(fakeRules())
    expect(what).toEqual([
      "mangle EVENKEEL",
      "mangle EVENKEEL_OUT",
      "mangle EVENKEEL_MOVE",
      "mangle LOAD_BALANCE",
      "mangle -A PREROUTING -j EVENKEEL",
      "mangle -A OUTPUT -j EVENKEEL_OUT",
      "nat EVENKEEL_NAT",
      "nat -A POSTROUTING -j EVENKEEL_NAT",
    ])
  })

  it("has nothing to do once that is done, whatever the configuration and the plan", () => {
    fc.assert(
      fc.property(anyConfigAndPlan(16), ([held, plan]) => {
        const rules = repaired(fakeRules(FOREIGN), held, plan)
        expect(repairOf(rules, held, plan)).toEqual({ input: "", what: [] })
      }),
    )
  })

  it("needs one step from any configuration to any other", () => {
    fc.assert(
      fc.property(anyConfigAndPlan(8), anyConfigAndPlan(8), ([before, old], [held, plan]) => {
        const rules = repaired(repaired(fakeRules(FOREIGN), before, old), held, plan)
        expect(rules).toEqual(repaired(fakeRules(FOREIGN), held, plan))
      }),
    )
  })

  it("rewrites only the two chains of the plan when a link dies", () => {
    const rules = repaired(fakeRules(FOREIGN))
    const { what, input } = repairOf(rules, HELD, { balance: [{ mark: 2, weight: 30 }], move: [1], ways: [] })
    expect(what).toEqual(["mangle EVENKEEL_MOVE", "mangle LOAD_BALANCE"])
    expect(input).toMatchInlineSnapshot(`
      "*mangle
      :EVENKEEL_MOVE - [0:0]
      :LOAD_BALANCE - [0:0]
      -A EVENKEEL_MOVE -m mark --mark 0x1/0xff -j MARK --set-xmark 0x0/0xff
      -A EVENKEEL_MOVE -m mark --mark 0x0/0xff -j LOAD_BALANCE
      -A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff
      COMMIT
      "
    `)
  })

  it("leaves every rule and chain of other people alone", () => {
    const rules = repaired(fakeRules(FOREIGN))
    expect(chain(rules, "mangle", "PREROUTING")).toEqual([...FOREIGN.mangle.PREROUTING, "-j EVENKEEL"])
    for (const name of ["FORWARD", "POSTROUTING", "EVENKEELISH", "MY_LOAD_BALANCE"] as const)
      expect(chain(rules, "mangle", name)).toEqual(FOREIGN.mangle[name])
    expect(chain(rules, "nat", "PREROUTING")).toEqual(FOREIGN.nat.PREROUTING)
    expect(chain(rules, "nat", "LOAD_BALANCE")).toEqual(FOREIGN.nat.LOAD_BALANCE)
  })

  it("names the chain of ours that somebody edited, and mends that one only", () => {
    const rules = tampered(chains => chains.get("EVENKEEL")?.splice(1, 1))
    expect(repairOf(rules).what).toEqual(["mangle EVENKEEL"])
    expect(repaired(rules)).toEqual(repaired(fakeRules(FOREIGN)))
  })

  it("sees a rule that somebody put into a chain of ours, or moved within it", () => {
    const added = tampered(chains => chains.get("LOAD_BALANCE")?.unshift("-j RETURN"))
    expect(repairOf(added).what).toEqual(["mangle LOAD_BALANCE"])
    const turned = tampered(chains => chains.get("EVENKEEL_NAT")?.reverse(), "nat")
    expect(repairOf(turned).what).toEqual(["nat EVENKEEL_NAT"])
  })

  it("puts back a jump that somebody took away", () => {
    const rules = tampered(chains => chains.set("OUTPUT", []))
    expect(repairOf(rules).what).toEqual(["mangle -A OUTPUT -j EVENKEEL_OUT"])
    expect(repaired(rules)).toEqual(repaired(fakeRules(FOREIGN)))
  })

  it("takes away all but one jump", () => {
    const rules = tampered(chains => chains.get("PREROUTING")?.push("-j EVENKEEL", "-j EVENKEEL"))
    expect(repairOf(rules).what).toEqual(Array(2).fill("mangle -D PREROUTING -j EVENKEEL"))
    expect(repaired(rules)).toEqual(repaired(fakeRules(FOREIGN)))
  })

  it("takes a jump with conditions for somebody else's", () => {
    const rules = tampered(chains => chains.get("PREROUTING")?.push("-i eth7 -j EVENKEEL"))
    expect(repairOf(rules)).toEqual({ input: "", what: [] })
  })

  it("takes away chains of ours that nothing needs any more, even when they refer to one another", () => {
    const rules = tampered(chains => chains.set("EVENKEEL_OLD", []).set("EVENKEEL_OLDER", ["-j EVENKEEL_OLD"]))
    expect(repairOf(rules).what).toContain("mangle -X EVENKEEL_OLD")
    expect(repaired(rules)).toEqual(repaired(fakeRules(FOREIGN)))
  })

  it("takes away a stale chain that a chain of ours still refers to", () => {
    const rules = tampered(chains => {
      chains.set("EVENKEEL_OLD", ["-j RETURN"])
      chains.get("EVENKEEL")?.push("-j EVENKEEL_OLD")
    })
    expect(repaired(rules)).toEqual(repaired(fakeRules(FOREIGN)))
  })

  it("mends all of it at once when somebody flushed everything", () => {
    expect(repaired(restored(repaired(fakeRules()), "*mangle\n-F PREROUTING\n-F LOAD_BALANCE\nCOMMIT\n"))).toEqual(
      repaired(fakeRules()),
    )
  })
})

describe("removal", () => {
  it("leaves what was there before, byte for byte", () => {
    fc.assert(
      fc.property(anyConfigAndPlan(8), ([held, plan]) => {
        const before = fakeRules(FOREIGN)
        const rules = repaired(before, held, plan)
        expect(saved(restored(rules, removal(parseSaved(saved(rules))).input))).toBe(saved(before))
      }),
    )
  })

  it("also takes away second jumps and stale chains", () => {
    const rules = tampered(chains => {
      chains.get("PREROUTING")?.push("-j EVENKEEL")
      chains.set("EVENKEEL_OLD", ["-j EVENKEEL_MOVE"])
    })
    expect(restored(rules, removal(parseSaved(saved(rules))).input)).toEqual(fakeRules(FOREIGN))
  })

  it("has nothing to do on a router that has never seen evenkeel", () => {
    expect(removal(parseSaved(saved(fakeRules(FOREIGN))))).toEqual({ input: "", what: [] })
    expect(removal(parseSaved(""))).toEqual({ input: "", what: [] })
  })
})

describe("planInForce", () => {
  it("is the plan that was written: the same shares, the same flows let go", () => {
    fc.assert(
      fc.property(anyConfigAndPlan(16), ([held, plan]) => {
        const found = planInForce(parseSaved(saved(repaired(fakeRules(), held, plan))))
        expect(found?.move).toEqual(plan.move)
        expect(found?.balance.map(({ mark }) => mark)).toEqual(plan.balance.map(({ mark }) => mark))
        const [was, is] = [plan, found ?? PLAN].map(each => sharesOf(held, each))
        for (const { name } of held.links) expect(is?.[name]).toBeCloseTo(was?.[name] ?? NaN, 6)
      }),
    )
  })

  it("with the ways of the policies asks for the very rules that it was read from", () => {
    fc.assert(
      fc.property(anyConfigAndPlan(16), ([held, plan]) => {
        const rules = repaired(fakeRules(), held, plan)
        const found = parseSaved(saved(rules))
        const inForce = { ...(planInForce(found) ?? PLAN), ways: waysInForce(found, held.policies.length) ?? [] }
        expect(repairOf(rules, held, inForce).what).toEqual([])
      }),
    )
  })

  it("multiplies the conditional probabilities out to the configured weights", () => {
    const rules = fakeRules({
      mangle: {
        LOAD_BALANCE: [
          "-m mark --mark 0x0/0xff -m statistic --mode random --probability 0.50000000000 -j MARK --set-xmark 0x1/0xff",
          "-m mark --mark 0x0/0xff -m statistic --mode random --probability 0.60000000009 -j MARK --set-xmark 0x2/0xff",
          "-m mark --mark 0x0/0xff -j MARK --set-xmark 0x3/0xff",
        ],
      },
    })
    const weights = planInForce(parseSaved(saved(rules)))?.balance.map(({ weight }) => weight)
    expect(weights?.map(weight => weight.toFixed(6))).toEqual(["0.500000", "0.300000", "0.200000"])
  })

  it("is none on a router that has no LOAD_BALANCE chain in its mangle table", () => {
    expect(planInForce(parseSaved(saved(fakeRules(FOREIGN))))).toBeNull()
  })

  it("carries nothing when the chain is empty", () => {
    expect(planInForce(parseSaved(saved(fakeRules({ mangle: { LOAD_BALANCE: [] } }))))).toEqual({
      balance: [],
      move: [],
      ways: [],
    })
  })
})

describe("a chain that only some configurations have", () => {
  const links = [link(1, { nat: { prefix: "2001:db8:1::/56", inside: "fd00:10::/56" } }), link(2)]
  const HELD_BOTH_WAYS = config({ family: 6, links })

  it("is entered while it is wanted, and left before it goes", () => {
    const rules = repaired(fakeRules(FOREIGN), HELD_BOTH_WAYS)
    expect(chain(rules, "nat", "PREROUTING")).toEqual([...FOREIGN.nat.PREROUTING, "-j EVENKEEL_NAT_IN"])
    const after = repaired(rules)
    expect(chain(after, "nat", "PREROUTING")).toEqual(FOREIGN.nat.PREROUTING)
    expect(chain(after, "nat", "EVENKEEL_NAT_IN")).toBeUndefined()
  })
})

describe("isOurs", () => {
  it("is LOAD_BALANCE, EVENKEEL and what begins with EVENKEEL_", () => {
    expect(["LOAD_BALANCE", "EVENKEEL", "EVENKEEL_OUT"].filter(isOurs)).toHaveLength(3)
    expect(["PREROUTING", "EVENKEELISH", "MY_LOAD_BALANCE", "LOAD_BALANCE_2", "evenkeel"].filter(isOurs)).toEqual([])
  })

  it("covers every chain that the kernel enters", () => {
    expect(HOOKS.every(({ target }) => isOurs(target))).toBe(true)
  })
})
