import { describe, expect, it } from "vitest"
import { foreignJumps } from "../../src/core/foreign-jumps.ts"
import { planOfConfig } from "../../src/core/plan.ts"
import { reconcile } from "../../src/core/reconcile.ts"
import { parseSaved } from "../../src/core/saved.ts"
import { fakeRules, restored, saved } from "./fake-iptables.ts"
import { config } from "./fixtures.ts"

type Foreign = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** What is found on a router that is set up, beside these rules. */
function found(foreign: Foreign) {
  const before = fakeRules(foreign)
  const { input } = reconcile(config(), planOfConfig(config()), parseSaved(saved(before)))
  return foreignJumps(parseSaved(saved(restored(before, input))))
}

describe("foreignJumps", () => {
  it("finds nothing where only evenkeel's own hooks and chains lead into its chains", () => {
    expect(found({})).toEqual([])
  })

  it("finds rules of any other chain, conditional ones in our hooks' chains too, by jump and by goto", () => {
    const rules = { FORWARD: ["-o eth0 -j LOAD_BALANCE"], PREROUTING: ["-i lan1 -j EVENKEEL"], CUSTOM: ["-g EVENKEEL"] }
    expect(found({ mangle: rules, nat: { OUTPUT: ["-j EVENKEEL_NAT"] } })).toEqual([
      { table: "mangle", chain: "PREROUTING", rule: "-i lan1 -j EVENKEEL" },
      { table: "mangle", chain: "FORWARD", rule: "-o eth0 -j LOAD_BALANCE" },
      { table: "mangle", chain: "CUSTOM", rule: "-g EVENKEEL" },
      { table: "nat", chain: "OUTPUT", rule: "-j EVENKEEL_NAT" },
    ])
  })

  it("leaves out comments that look like jumps, names like ours, and LOAD_BALANCE in the NAT table", () => {
    const rules = [
      `-m comment --comment "x -j EVENKEEL_MOVE" -j ACCEPT`,
      "-j EVENKEELISH",
      "-j MARK --set-xmark 0x1/0xff",
    ]
    const nat = { PREROUTING: ["-j LOAD_BALANCE"], LOAD_BALANCE: ["-j DNAT --to-destination 10.0.0.5"] }
    expect(found({ mangle: { FORWARD: rules, EVENKEELISH: ["-j RETURN"] }, nat })).toEqual([])
  })
})
