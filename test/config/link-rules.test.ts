import { expect, test } from "vitest"
import type { Draft, DraftLink } from "../../src/config/draft.ts"
import { interfaceRules, linkLabel, linkRules } from "../../src/config/link-rules.ts"

function paths(links: readonly (DraftLink | undefined)[], rest: Draft = {}) {
  return linkRules({ markMask: 0xff, allDown: "keep", ...rest, links }).map(({ path }) => path.join("."))
}

test("each repetition is told once, at its later place, against the first", () => {
  expect(paths([{ name: "a" }, { name: "b" }, { name: "a" }, { name: "a" }])).toEqual(["links.2.name", "links.3.name"])
})

test("tables that are equal because their marks are equal are one mistake, that of the mark", () => {
  expect(
    paths([
      { mark: 1, table: 101 },
      { mark: 1, table: 101 },
    ]),
  ).toEqual(["links.1.mark"])
  expect(
    paths([
      { mark: 1, table: 102 },
      { mark: 2, table: 102 },
    ]),
  ).toEqual(["links.1.table"])
})

test("a mark in the highest bit is judged as the unsigned number it is", () => {
  expect(paths([{ mark: 0x80000000 }], { markMask: 0x80000000 })).toEqual([])
  expect(paths([{ mark: 0x80000000 }], { markMask: 0x7fffffff })).toEqual(["links.0.mark"])
})

test("weights of which one was refused are not said to be all 0", () => {
  expect(paths([{ weight: 0 }, { weight: undefined }])).toEqual([])
  expect(paths([{ weight: 0 }, undefined])).toEqual([])
})

test("an interface may not be an uplink twice, LAN twice, or both", () => {
  const links = [{ interface: "w0" }, { interface: "w0" }, { interface: "l0" }]
  expect(interfaceRules({ lan: ["l0", "l0"], links }).map(({ path }) => path)).toEqual([
    ["lan", 1],
    ["links", 1, "interface"],
    ["links", 2, "interface"],
  ])
})

test("a link is called by its place, and by its name where it has one", () => {
  expect([linkLabel({ name: "isp2" }, 1), linkLabel(undefined, 0)]).toEqual(["links[1] (isp2)", "links[0]"])
})
