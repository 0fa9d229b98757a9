import { expect, test } from "vitest"
import type { Draft } from "../../src/config/draft.ts"
import { probeRules } from "../../src/config/probe-rules.ts"

const one = { kind: "icmp", address: "192.0.2.1" } as const
const two = { kind: "icmp", address: "192.0.2.2" } as const

function paths(draft: Draft) {
  return probeRules(draft).map(({ path }) => path.join("."))
}

test("the quorum is held against each link's own list, or the shared one", () => {
  expect(paths({ probes: [one, two], links: [{}, {}], health: { quorum: 2 } })).toEqual([])
  expect(paths({ probes: [one, two], links: [{}, { probes: [one] }], health: { quorum: 2 } })).toEqual([
    "health.quorum",
  ])
  expect(paths({ probes: [one], links: [{ probes: [one, two] }], health: { quorum: 2 } })).toEqual([])
})

test("a probe that was refused still counts: it is there, if not in order", () => {
  expect(paths({ probes: [one, undefined], links: [{}], health: { quorum: 2 } })).toEqual([])
})

test("a link whose own list was refused is not judged by the shared one", () => {
  expect(paths({ probes: [one], links: [{ probes: undefined }], health: { quorum: 2 } })).toEqual([])
  expect(paths({ links: [{ probes: undefined }], health: { quorum: 2 } })).toEqual([])
})

test("shared probes are missed only by a link without its own", () => {
  expect(paths({ links: [{ probes: [one] }] })).toEqual([])
  expect(paths({ links: [{ probes: [one] }, {}] })).toEqual(["probes"])
})

test("a probe that stands twice in a list is told at its later place", () => {
  expect(paths({ probes: [one, two, one], links: [{ probes: [two, two] }] })).toEqual(["links.0.probes.1", "probes.2"])
})

const six = { kind: "icmp", address: "2001:db8::1" } as const

test("IPv4 is judged by IPv4 targets; a list without one is told once, where it stands", () => {
  expect(paths({ probes: [six], links: [{}, {}] })).toEqual(["probes"])
  expect(paths({ probes: [one], links: [{}, { probes: [six] }] })).toEqual(["links.1.probes"])
  expect(paths({ probes: [one, six], links: [{}, {}] })).toEqual([])
})

test("an IPv6 gateway is of no use on a link without an IPv6 target", () => {
  expect(paths({ probes: [one], links: [{ gateway6: "fe80::1" }, { gateway6: "off" }] })).toEqual(["links.0.gateway6"])
  expect(paths({ probes: [one, six], links: [{ gateway6: "fe80::1" }] })).toEqual([])
})

test("the quorum is held against each family's targets", () => {
  expect(paths({ probes: [one, two, six], links: [{}], health: { quorum: 2 } })).toEqual(["health.quorum"])
})
