import { expect, test } from "vitest"
import { draftOf, refusedPaths } from "../../src/config/draft.ts"

const read = { lan: ["eth2"], links: [{ name: "isp1", mark: "x" }, 7], health: { interval: 500, quorum: 0 } }

test("a refused value is undefined and its key stays; everything else is as it was read", () => {
  const draft = draftOf(read, [
    ["links", 0, "mark"],
    ["links", 1],
    ["health", "quorum"],
  ])
  expect(draft).toStrictEqual({
    lan: ["eth2"],
    links: [{ name: "isp1", mark: undefined }, undefined],
    health: { interval: 500, quorum: undefined },
  })
})

test("what was read is left alone, also where two keys share it through an alias", () => {
  const shared = { icmp: "x" }
  const document = { probes: [shared], links: [{ probes: [shared] }] }
  expect(draftOf(document, [["probes", 0]])).toStrictEqual({
    probes: [undefined],
    links: [{ probes: [{ icmp: "x" }] }],
  })
  expect(document.probes).toStrictEqual([shared])
})

test("a path into a value that is not there changes nothing", () => {
  expect(draftOf({ lan: 5 }, [["lan", 0, "x"]])).toStrictEqual({ lan: 5 })
})

test("an unknown key refuses none of the values beside it", () => {
  expect(
    refusedPaths([
      { code: "unrecognized_keys", keys: ["x"], path: ["links", 0], input: {} },
      { code: "custom", path: ["lan"], input: {} },
    ]),
  ).toEqual([["lan"]])
})
