import fc from "fast-check"
import type { LinkConfig } from "../../src/core/config.ts"
import type { FamilyConfig } from "../../src/core/family.ts"
import type { Plan } from "../../src/core/plan.ts"
import { config, link } from "./fixtures.ts"

const nat: fc.Arbitrary<LinkConfig["nat"]> = fc.oneof(
  fc.constant("masquerade" as const),
  fc.constant("none" as const),
  fc.record({ snat: fc.integer({ min: 1, max: 254 }).map(host => `203.0.113.${host}`) }),
)

const anyLink = fc.record({ weight: fc.integer({ min: 1, max: 1000 }), nat })

/** Masks, by how far their lowest bit is to the left. */
const MASKS = [
  { markMask: 0xff, shift: 0 },
  { markMask: 0xff00, shift: 8 },
  { markMask: 0xffffffff, shift: 0 },
  { markMask: 0x7f000000, shift: 24 },
] as const

/** Whatever a configuration can ask of the rules. Marks are kept below every mask, which stands for "unreachable". */
function anyConfig(maxLinks: number): fc.Arbitrary<FamilyConfig> {
  return fc
    .record({
      mask: fc.constantFrom(...MASKS),
      routerTraffic: fc.constantFrom("balance", "leave"),
      allDown: fc.constantFrom("keep", "stop marking", "unreachable"),
      lan: fc.integer({ min: 1, max: 3 }),
      links: fc.array(anyLink, { minLength: 1, maxLength: maxLinks }),
    })
    .map(({ mask: { markMask, shift }, lan, links, ...rest }) =>
      config({
        ...rest,
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
  }))
}

export function anyConfigAndPlan(maxLinks: number): fc.Arbitrary<readonly [FamilyConfig, Plan]> {
  return anyConfig(maxLinks).chain(held => anyPlan(held).map(plan => [held, plan] as const))
}
