import fc from "fast-check"
import { expect, test } from "vitest"
import type { Draft } from "../../src/config/draft.ts"
import { findingsOf } from "../../src/config/rules.ts"

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined })
}

const probe = maybe(fc.constant({ kind: "icmp", address: "192.0.2.1" } as const))
const link = maybe(
  fc.record(
    {
      name: maybe(fc.constantFrom("a", "b")),
      interface: maybe(fc.constantFrom("w0", "w1")),
      mark: maybe(fc.nat({ max: 3 })),
      weight: maybe(fc.nat({ max: 1 })),
      table: maybe(fc.integer({ min: 100, max: 102 })),
      probes: maybe(fc.array(probe)),
    },
    { requiredKeys: [] },
  ),
)
const draft: fc.Arbitrary<Draft> = fc.record(
  {
    lan: maybe(fc.array(maybe(fc.constantFrom("w0", "l0")))),
    routerTraffic: maybe(fc.constantFrom("balance", "leave")),
    allDown: maybe(fc.constantFrom("keep", "unreachable")),
    markMask: maybe(fc.constantFrom(1, 3, 0xff)),
    links: maybe(fc.array(link)),
    probes: maybe(fc.array(probe)),
    health: maybe(
      fc.record({
        interval: maybe(fc.nat()),
        timeout: maybe(fc.nat()),
        downAfter: maybe(fc.nat()),
        quorum: maybe(fc.nat()),
      }),
    ),
  },
  { requiredKeys: [] },
)

test("the rules judge what is left of any draft, and never point at a value that was refused", () => {
  fc.assert(
    fc.property(draft, partial => {
      for (const { path } of findingsOf(partial)) {
        const value = path.reduce<unknown>(
          (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
          partial,
        )
        if (path[0] !== "probes") expect(value).toBeDefined()
      }
    }),
  )
})

test("an empty draft lacks nothing but probes", () => {
  expect(findingsOf({}).map(({ path }) => path)).toEqual([["probes"]])
})
