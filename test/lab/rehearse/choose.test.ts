import { expect, test } from "vitest"
import { choose } from "../../../src/lab/rehearse/choose.ts"
import { SCENARIOS } from "../../../src/lab/rehearse/scenarios.ts"
import { original } from "./sample.ts"

const everything = { links: [], scenarios: SCENARIOS }

const links = (...more: readonly string[]) =>
  `[${more.map((rest, i) => `{ interface: eth${i}, mark: ${i + 1}, ${rest} }`).join()}]`
const router = (list: string, rest = "") =>
  original(`{ lan: [lan0], links: ${list}, probes: [{ icmp: 1.1.1.1 }] ${rest} }`)

test("each scenario strikes each link by itself, and the last all of them at once", () => {
  const { jobs, notes } = choose(original(), everything)
  expect(jobs).toHaveLength(9)
  expect(jobs).toContainEqual({ scenario: "all-down", struck: ["isp1", "isp2"], links: ["isp1", "isp2"] })
  expect(jobs.filter(job => job.scenario !== "all-down").every(({ struck }) => struck.length === 1)).toBe(true)
  expect(notes).toEqual([])
})

test("only what is asked for is done; all links go down together also where one is asked for", () => {
  const { jobs } = choose(original(), { links: ["isp2"], scenarios: ["address", "all-down"] })
  expect(jobs).toContainEqual({ scenario: "address", struck: ["isp2"], links: ["isp2"] })
  expect(jobs).toContainEqual({ scenario: "all-down", struck: ["isp1", "isp2"], links: ["isp2"] })
  expect(jobs).toHaveLength(2)
})

test("of many links the busiest of the best tier are rehearsed, and that is said", () => {
  const many = router(
    links(...Array.from({ length: 64 }, (_, i) => `name: l${i}, weight: ${i + 1}, tier: ${i < 60 ? 1 : 2}`)),
  )
  const { jobs, notes } = choose(many, { ...everything, scenarios: ["blackhole"] })
  expect(jobs.flatMap(({ struck }) => struck)).toEqual(["l57", "l58", "l59"])
  expect(notes).toEqual([
    "Of 64 links the busiest are rehearsed: l57, l58, l59 (--link chooses others).",
    "Only these are in the lab: l55, l56, l57, l58, l59.",
  ])
  expect(choose(many, { links: ["l3"], scenarios: ["blackhole"] })).toMatchObject({
    jobs: [{ struck: ["l3"] }],
    notes: ["Only these are in the lab: l3, l56, l57, l58, l59."],
  })
})

test("what is not copied or not rehearsed is said", () => {
  const share = `, share: { redis: "redis://r", follow: rtr-b }, log: { level: info }`
  const two = links("name: a, nat: { snat: 203.0.113.5 }", "name: b, line: fibre-1, probes: []")
  const { jobs, notes } = choose(router(two, share), { ...everything, scenarios: ["address", "carrier"] })
  expect(jobs).toEqual([{ scenario: "carrier", struck: ["a"], links: ["a"] }])
  expect(notes).toEqual([
    "Not copied, for it leads out of the lab: share, log.",
    "b has no probes of its own (share.follow): it is not in the lab.",
    "a is translated to a fixed address (nat: snat), so its lease does not change.",
  ])
})

test("times that nobody would wait for are named instead", () => {
  const patient = router(links("name: a"), ", health: { downAfter: 10m, upAfter: 20m }")
  const { jobs, notes } = choose(patient, everything)
  expect(jobs.map(({ scenario }) => scenario).sort()).toEqual(["address", "brown-out"])
  expect(notes.join()).toMatch(/^Not rehearsed: blackhole, carrier, all-down\. .* 60\d s before it is noticed\.$/)
  const slow = router(links("name: a"), ", health: { upAfter: 10m }")
  expect(choose(slow, everything).notes).toEqual([
    "A link that was down is back in service upAfter (10m) after it was mended: that is not waited for.",
  ])
})
