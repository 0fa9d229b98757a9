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
const name = maybe(fc.constantFrom("a", "b"))
const match = fc.record(
  {
    from: maybe(fc.array(maybe(fc.constantFrom("10.0.0.0/8", "2001:db8::/32")))),
    to: maybe(fc.array(maybe(fc.constantFrom("10.0.0.0/8", "2001:db8::/32")))),
    proto: maybe(fc.array(maybe(fc.constant({ 4: 6, 6: 6 })))),
    sport: maybe(fc.constant([])),
    dport: maybe(fc.array(maybe(fc.constant({ first: 1, last: 2 })))),
    set: name,
    in: maybe(fc.constantFrom("w0", "l0")),
  },
  { requiredKeys: [] },
)
const policy = maybe(
  fc.record(
    {
      name,
      match: maybe(match),
      use: maybe(fc.array(name)),
      balance: maybe(fc.record({ a: maybe(fc.nat({ max: 1 })) }, { requiredKeys: [] })),
    },
    { requiredKeys: [] },
  ),
)
const set = maybe(
  fc.oneof(
    fc.array(maybe(fc.constant("10.0.0.0/8"))),
    fc.record({ file: name, ipset: name, ipset6: name }, { requiredKeys: [] }),
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
    policies: maybe(fc.array(policy)),
    sets: maybe(fc.dictionary(fc.constantFrom("a", "b"), set)),
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
