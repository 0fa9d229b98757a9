import { lastValueFrom, toArray } from "rxjs"
import { beforeAll, describe, expect, it } from "vitest"
import type { FamilyConfig } from "../../../src/core/family.ts"
import type { LinkStateName } from "../../../src/core/link-state.ts"
import { planOfConfig, weigh } from "../../../src/core/plan.ts"
import type { PolicyConfig } from "../../../src/core/policy-config.ts"
import { chainOf, parseSaved } from "../../../src/core/saved.ts"
import type { Wanted } from "../../../src/core/wanted.ts"
import { createEnforcer } from "../../../src/system/enforce.ts"
import { save, type Backend } from "../../../src/system/iptables.ts"
import { run } from "../../../src/system/run.ts"
import { config, states } from "../../core/fixtures.ts"
import { enterPrivateNetwork } from "./private-network.ts"

const nft: Backend = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" }
const legacy: Backend = { name: "legacy", family: 4, save: "iptables-legacy-save", restore: "iptables-legacy-restore" }

const policy = (protocol: string): PolicyConfig => ({
  name: protocol,
  match: {
    from: [],
    to: [],
    proto: [{ 4: protocol, 6: protocol }],
    sport: [],
    dport: [],
    set: null,
    dscp: null,
    in: null,
  },
  use: { kind: "order", links: ["isp2"] },
  ifDown: "balance",
})
const tcp = policy("tcp")
const refused = policy("no-such-protocol")

describe.each([nft, legacy])("policies that change while the $name rules stand", backend => {
  beforeAll(enterPrivateNetwork)

  const fresh = () =>
    createEnforcer(
      backend,
      () => undefined,
      () => null,
    )
  const used = fresh()
  const typesOf = async (wanted: Wanted, { enforce } = used) =>
    (await lastValueFrom(enforce(wanted).pipe(toArray()))).map(event => event.type)
  const wanted = (held: FamilyConfig, ...names: readonly LinkStateName[]) => ({
    config: held,
    plan: weigh(held, states(...names), planOfConfig(held)),
  })
  const chain = async (name: string) => chainOf(parseSaved(await save(backend, "mangle")), "mangle", name)
  const [without, one, two] = [config(), config({ policies: [tcp] }), config({ policies: [refused, tcp] })]

  it("are written with all that leads to them, told as applied, and taken away again", async () => {
    expect(await typesOf(wanted(without))).toEqual(["weights.applied"])
    expect(await typesOf(wanted(one))).toEqual(["weights.applied"])
    expect(await chain("EVENKEEL_NEW")).toHaveLength(2)
    expect(await chain("EVENKEEL_P1")).toHaveLength(1)
    expect(await typesOf(wanted(one))).toEqual([])
    await typesOf(wanted(without))
    expect([await chain("EVENKEEL_NEW"), await chain("EVENKEEL_P1")]).toEqual([undefined, undefined])
  })

  it("and that the kernel refuses keep nothing from failing over, by the policies in force as well", async () => {
    await typesOf(wanted(one, "up", "up"))
    await expect(typesOf(wanted(two, "up", "up"))).rejects.toThrow()
    expect(await chain("LOAD_BALANCE")).toHaveLength(2)
    await expect(typesOf(wanted(two, "up", "down"))).rejects.toThrow()
    expect(await chain("LOAD_BALANCE")).toEqual(["-m mark --mark 0x0/0xff -j MARK --set-xmark 0x1/0xff"])
    expect(await chain("EVENKEEL_P1")).toEqual(["-j LOAD_BALANCE"])
  })

  it("and that the kernel refuses from the beginning leave all others balanced and failing over", async () => {
    const begun = fresh()
    await expect(typesOf(wanted(two, "up", "up"), begun)).rejects.toThrow()
    expect(await chain("LOAD_BALANCE")).toHaveLength(2)
    await expect(typesOf(wanted(two, "up", "down"), begun)).rejects.toThrow()
    expect(await chain("LOAD_BALANCE")).toEqual(["-m mark --mark 0x0/0xff -j MARK --set-xmark 0x1/0xff"])
  })

  it("are written anew, with the next plan, where somebody has taken all chains away", async () => {
    const begun = fresh()
    await typesOf(wanted(one, "up", "up"), begun)
    await run(backend.restore, [], { input: "*mangle\nCOMMIT\n" })
    expect(await typesOf(wanted(one, "down", "up"), begun)).toEqual(["weights.applied"])
    expect(await chain("LOAD_BALANCE")).toEqual(["-m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff"])
    expect(await chain("EVENKEEL_NEW")).toHaveLength(2)
  })
})
