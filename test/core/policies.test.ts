import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { waysOf, type Carrier, type Way } from "../../src/core/policies.ts"
import type { PolicyConfig, Use } from "../../src/core/policy-config.ts"

const MATCH = { from: [], to: [], proto: [], sport: [], dport: [], set: null, dscp: 46, in: null }
const policy = (use: Use, ifDown: PolicyConfig["ifDown"] = "next"): PolicyConfig => ({
  name: "p",
  match: MATCH,
  use,
  ifDown,
})
const order = (...links: readonly string[]): Use => ({ kind: "order", links })
const balance = (weights: Readonly<Record<string, number>>): Use => ({
  kind: "balance",
  shares: Object.entries(weights).map(([link, weight]) => ({ link, weight })),
})

const isp1: Carrier = { name: "isp1", mark: 1, share: 1 }
const isp2: Carrier = { name: "isp2", mark: 2, share: 1 }
const way = (use: Use, ...carriers: readonly Carrier[]) => waysOf([policy(use)], carriers)[0]
const over = (...shares: readonly (readonly [mark: number, weight: number])[]): Way => ({
  kind: "balance",
  shares: shares.map(([mark, weight]) => ({ mark, weight })),
})

describe("the way of a policy", () => {
  it("is the first of its links that can carry, all of it, also while that link is degraded", () => {
    expect(way(order("isp2", "isp1"), isp1, isp2)).toEqual(over([2, 1]))
    expect(way(order("isp2", "isp1"), isp1, { ...isp2, share: 0.1 })).toEqual(over([2, 1]))
    expect(way(order("isp2", "isp1"), isp1)).toEqual(over([1, 1]))
  })

  it("passes over a link that is damped", () => {
    expect(way(order("isp2", "isp1"), isp1, { ...isp2, share: 0 })).toEqual(over([1, 1]))
    expect(way(order("isp2"), { ...isp2, share: 0 })).toEqual({ kind: "next" })
  })

  it("is drawn by its own weights among those that can carry, a degraded one for its part only", () => {
    const use = balance({ isp1: 80, isp2: 20, isp3: 50 })
    expect(way(use, isp1, { ...isp2, share: 0.5 })).toEqual(over([1, 80], [2, 10]))
    expect(way(balance({ isp1: 0, isp2: 20 }), isp1)).toEqual({ kind: "next" })
  })

  it("is what `ifDown` says with none of its links in service", () => {
    const all = (["next", "balance", "block"] as const).map(ifDown => policy(order("isp1"), ifDown))
    expect(waysOf(all, [isp2]).map(({ kind }) => kind)).toEqual(["next", "all", "blocked"])
  })
})

const names = ["a", "b", "c", "d"]
const use: fc.Arbitrary<Use> = fc.oneof(
  fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }).map(links => order(...links)),
  fc.dictionary(fc.constantFrom(...names), fc.nat({ max: 100 }), { minKeys: 1 }).map(balance),
)
const policies = fc.array(
  fc
    .tuple(use, fc.constantFrom("next" as const, "balance" as const, "block" as const))
    .map(([to, ifDown]) => policy(to, ifDown)),
)
const carriers = fc
  .subarray(names)
  .chain(able =>
    fc.tuple(...able.map(name => fc.double({ min: 0, max: 1, noNaN: true }).map(share => ({ name, share })))),
  )
  .map(able => able.map(carrier => ({ ...carrier, mark: 1 + names.indexOf(carrier.name) })))

describe("whatever the policies and the links", () => {
  it("each policy has a way, over links of its own that can carry, by weights above 0", () => {
    fc.assert(
      fc.property(policies, carriers, (all, able) => {
        const ways = waysOf(all, able)
        expect(ways).toHaveLength(all.length)
        ways.forEach((found, i) => {
          const shares = found.kind === "balance" ? found.shares : []
          const meant = all[i]?.use
          const own = meant?.kind === "order" ? meant.links : meant?.shares.map(({ link }) => link)
          expect(shares.length > 0).toBe(found.kind === "balance")
          for (const { mark, weight } of shares) {
            expect(weight).toBeGreaterThan(0)
            expect(own).toContain(names[mark - 1])
            expect(able.some(carrier => carrier.mark === mark && carrier.share > 0)).toBe(true)
          }
        })
      }),
    )
  })

  it("a link that comes or goes changes no policy that does not name it", () => {
    fc.assert(
      fc.property(policies, carriers, fc.constantFrom(...names), (all, able, gone) => {
        const others = all.filter(({ use: meant }) =>
          meant.kind === "order" ? !meant.links.includes(gone) : meant.shares.every(({ link }) => link !== gone),
        )
        expect(
          waysOf(
            others,
            able.filter(({ name }) => name !== gone),
          ),
        ).toEqual(waysOf(others, able))
      }),
    )
  })
})
