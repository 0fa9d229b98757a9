import { expect, test } from "vitest"
import { readiness } from "../../src/core/readiness.ts"
import { STATUS, UP } from "../cli/stories.ts"

test("a router with a dead link is ready: that is what it is for", () => {
  expect(readiness(STATUS)).toEqual([])
})

test("what is not known, and rules that are not as they should be, are reasons", () => {
  const ipv6 = { ...UP, state: "unknown" } as const
  expect(
    readiness({
      rulesInSync: false,
      links: [
        { ...UP, state: "unknown" },
        { ...UP, name: "isp3", ipv6 },
      ],
    }),
  ).toEqual(["the rules are not in sync", "the state of isp2 is not known", "the state of isp3 in IPv6 is not known"])
})
