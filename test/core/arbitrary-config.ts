import fc from "fast-check"
import type { LinkConfig } from "../../src/core/config.ts"
import type { Family } from "../../src/core/ip-family.ts"
import type { FamilyConfig } from "../../src/core/family.ts"
import type { Plan } from "../../src/core/plan.ts"
import type { PolicyConfig } from "../../src/core/policy-config.ts"
import { waysOf } from "../../src/core/policies.ts"
import { anyMatch } from "./arbitrary-match.ts"
import { config, link } from "./fixtures.ts"

const host = fc.integer({ min: 1, max: 254 })
const nat: Readonly<Record<Family, fc.Arbitrary<LinkConfig["nat"]>>> = {
  4: fc.oneof(
    fc.constantFrom("masquerade" as const, "none" as const),
    fc.record({ snat: host.map(number => `203.0.113.${number}`) }),
  ),
  6: fc.oneof(
    fc.constantFrom("masquerade" as const, "none" as const),
    fc.record({ snat: host.map(number => `2001:db8::${number.toString(16)}`) }),
    fc.record({
      prefix: host.map(number => `2001:db8:${number.toString(16)}::/56`),
      inside: fc.constantFrom(null, "fd00:10::/56"),
    }),
  ),
}

const anyLink = (family: Family) => fc.record({ weight: fc.integer({ min: 1, max: 1000 }), nat: nat[family] })

/** Masks, by how far their lowest bit is to the left. */
const MASKS = [
  { markMask: 0xff, shift: 0 },
  { markMask: 0xff00, shift: 8 },
  { markMask: 0xffffffff, shift: 0 },
  { markMask: 0x7f000000, shift: 24 },
] as const

/** Its links are those that there are. Matches that ask for a set need one in the kernel: match.test.ts. */
const anyPolicy: fc.Arbitrary<PolicyConfig> = fc.record({
  name: fc.constant("policy"),
  match: anyMatch.map(match => ({ ...match, set: null })),
  use: fc.oneof(
    fc.constant({ kind: "order" as const, links: ["isp1", "isp2"] }),
    fc.constant({
      kind: "balance" as const,
      shares: [
        { link: "isp1", weight: 3 },
        { link: "isp2", weight: 1 },
      ],
    }),
  ),
  ifDown: fc.constantFrom("next" as const, "balance" as const, "block" as const),
})

/** Whatever a configuration can ask of the rules. Marks are kept below every mask, which stands for "unreachable". */
function anyConfig(maxLinks: number, family: Family): fc.Arbitrary<FamilyConfig> {
  return fc
    .record({
      mask: fc.constantFrom(...MASKS),
      routerTraffic: fc.constantFrom("balance", "leave"),
      allDown: fc.constantFrom("keep", "stop marking", "unreachable"),
      lan: fc.integer({ min: 1, max: 3 }),
      policies: fc.array(anyPolicy, { maxLength: 3 }),
      links: fc.array(anyLink(family), { minLength: 1, maxLength: maxLinks }),
    })
    .map(({ mask: { markMask, shift }, lan, links, ...rest }) =>
      config({
        ...rest,
        family,
        markMask,
        lan: Array.from({ length: lan }, (_, i) => `lan${i}`),
        links: links.map((changes, i) => link(i + 1, { ...changes, mark: (i + 1) * 2 ** shift })),
      }),
    )
}

/** A plan in which each link carries, is left, or neither. */
function anyPlan(held: FamilyConfig): fc.Arbitrary<Plan> {
  const fate = fc.constantFrom("carries", "is left", "waits")
  return fc.array(fate, { minLength: held.links.length, maxLength: held.links.length }).map(fates => ({
    balance: held.links.filter((_, i) => fates[i] === "carries").map(({ mark, weight }) => ({ mark, weight })),
    move: held.links.filter((_, i) => fates[i] === "is left").map(({ mark }) => mark),
    ways: waysOf(
      held.policies,
      held.links.filter((_, i) => fates[i] === "carries").map(({ name, mark }) => ({ name, mark, share: 1 })),
    ),
  }))
}

export function anyConfigAndPlan(maxLinks: number, family: Family = 4): fc.Arbitrary<readonly [FamilyConfig, Plan]> {
  return anyConfig(maxLinks, family).chain(held => anyPlan(held).map(plan => [held, plan] as const))
}
