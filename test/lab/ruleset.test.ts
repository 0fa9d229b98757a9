import fc from "fast-check"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { planOfConfig, type Plan } from "../../src/core/plan.ts"
import { planInForce, reconcile, removal } from "../../src/core/reconcile.ts"
import { parseSaved } from "../../src/core/saved.ts"
import type { Family } from "../../src/core/ip-family.ts"
import type { FamilyConfig } from "../../src/core/family.ts"
import { run } from "../../src/system/run.ts"
import { anyConfigAndPlan } from "../core/arbitrary-config.ts"
import { config, link } from "../core/fixtures.ts"
import { enterPrivateNetwork } from "./system/private-network.ts"

// A network namespace that was made together with its user namespace shows /proc/net/ip_tables_names to nobody in it:
// xt_proto_init asked for root's number before there was a map (user_namespaces(7)). One that is made later does.
beforeAll(enterPrivateNetwork)

/** Rules of other people's, among them ones that a careless hand would take for ours. */
const FOREIGN_TEXT = `*mangle
:EVENKEELISH - [0:0]
-A PREROUTING -i lan0 -j CONNMARK --restore-mark --nfmask 0xff00 --ctmask 0xff00
-A POSTROUTING -j EVENKEELISH
-A EVENKEELISH -m comment --comment "not  evenkeel's" -j RETURN
COMMIT
*nat
:LOAD_BALANCE - [0:0]
-A PREROUTING -p tcp -m tcp --dport 80 -j LOAD_BALANCE
-A LOAD_BALANCE -m statistic --mode random --probability 0.5 -j DNAT --to-destination HOST5
-A LOAD_BALANCE -j DNAT --to-destination HOST6
COMMIT
*filter
-A FORWARD -i eth9 -j DROP
COMMIT
`

/** With addresses of the family. */
function foreign(family: Family): string {
  const network = family === 4 ? "10.0.0." : "fd00::"
  return FOREIGN_TEXT.replaceAll("HOST", network)
}

const WORLDS = [
  [4, "iptables-nft"],
  [4, "iptables-legacy"],
  [6, "ip6tables-nft"],
  [6, "ip6tables-legacy"],
] as const

describe.each(WORLDS)("the kernel's own IPv%d rules, written with %s", (family, program) => {
  const restore = (input: string) => run(`${program}-restore`, ["--noflush"], { input })
  const save = async () => (await run(`${program}-save`, [])).stdout
  const withoutDates = (saved: string) => saved.replace(/^#.*\n/gm, "").replace(/\[\d+:\d+\]/g, "")

  /** Leaves nothing but the built-in chains. */
  const wipe = () => run(`${program}-restore`, [], { input: "*mangle\nCOMMIT\n*nat\nCOMMIT\n*filter\nCOMMIT\n" })

  async function apply(held: FamilyConfig, plan: Plan): Promise<void> {
    const { input } = reconcile(held, plan, parseSaved(await save()))
    if (input !== "") await restore(input)
  }

  afterEach(wipe)

  it("read back in the very words in which they were written, whatever the configuration and the plan", async () => {
    await fc.assert(
      fc.asyncProperty(anyConfigAndPlan(64, family), async ([held, plan]) => {
        await wipe()
        await apply(held, plan)
        const found = parseSaved(await save())
        expect(reconcile(held, plan, found)).toEqual({ input: "", what: [] })
        expect(planInForce(found)?.move).toEqual(plan.move)
      }),
      { numRuns: 10 },
    )
  })

  it("read back so for 64 links, and for shares that no 31 bits can tell from 0 or 1", async () => {
    const many = config({ family, links: Array.from({ length: 64 }, (_, i) => link(i + 1, { weight: i + 1 })) })
    const lopsided = config({
      family,
      links: [link(1, { weight: 1 }), link(2, { weight: 1e12 }), link(3, { weight: 1 })],
    })
    for (const held of [many, lopsided]) {
      await apply(held, planOfConfig(held))
      expect(reconcile(held, planOfConfig(held), parseSaved(await save())).what).toEqual([])
    }
  })

  it("go from any configuration to any other in one step", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyConfigAndPlan(5, family),
        anyConfigAndPlan(5, family),
        async ([before, old], [held, plan]) => {
          await apply(before, old)
          await apply(held, plan)
          expect(reconcile(held, plan, parseSaved(await save())).what).toEqual([])
        },
      ),
      { numRuns: 6 },
    )
  })

  it("are taken away without a trace in anybody else's", async () => {
    await restore(foreign(family))
    const before = await save()
    await apply(config({ family }), planOfConfig(config()))
    await restore(
      "*mangle\n:EVENKEEL_OLD - [0:0]\n:EVENKEEL_OLDER - [0:0]\n-A EVENKEEL_OLDER -j EVENKEEL_OLD\nCOMMIT\n",
    )
    expect(await save()).not.toBe(before)
    await restore(removal(parseSaved(await save())).input)
    expect(withoutDates(await save())).toBe(withoutDates(before))
    expect(removal(parseSaved(await save()))).toEqual({ input: "", what: [] })
  })

  it("are mended in one step after a hand has been at them", async () => {
    const held = config({ family })
    await restore(foreign(family))
    await apply(held, planOfConfig(held))
    const wanted = withoutDates(await save())
    await restore(`*mangle
:EVENKEEL_OLD - [0:0]
:EVENKEEL_OLDER - [0:0]
-F LOAD_BALANCE
-A EVENKEEL_OLDER -j EVENKEEL_OLD
-A EVENKEEL -j EVENKEEL_OLDER
-A PREROUTING -j EVENKEEL
-D OUTPUT -j EVENKEEL_OUT
COMMIT
*nat
-F EVENKEEL_NAT
COMMIT
`)
    const repair = reconcile(held, planOfConfig(held), parseSaved(await save()))
    expect(repair.what).toMatchInlineSnapshot(`
      [
        "mangle EVENKEEL",
        "mangle LOAD_BALANCE",
        "mangle -D PREROUTING -j EVENKEEL",
        "mangle -A OUTPUT -j EVENKEEL_OUT",
        "mangle -F EVENKEEL_OLD",
        "mangle -F EVENKEEL_OLDER",
        "mangle -X EVENKEEL_OLD",
        "mangle -X EVENKEEL_OLDER",
        "nat EVENKEEL_NAT",
      ]
    `)
    await restore(repair.input)
    expect(withoutDates(await save())).toBe(wanted)
  })
})
