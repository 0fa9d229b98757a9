import { expect, test } from "vitest"
import type { ProbeSpec } from "../../src/core/probe-spec.ts"
import { viewOf, viewsOf } from "../../src/core/family.ts"
import { config, link } from "./fixtures.ts"

const four: ProbeSpec = { kind: "icmp", address: "1.1.1.1" }
const six: ProbeSpec = { kind: "tcp", address: "2001:db8::1", port: 53 }

const both = config({
  links: [
    link(1, { probes: [four, six], gateway6: "fe80::1", nat6: { prefix: "2001:db8:1::/56", inside: null } }),
    link(2, { probes: [four, six], gateway6: "off" }),
    link(3, { probes: [four], gateway6: "auto" }),
  ],
})

test("IPv4 has every link, with the targets, the gateway and the translation of IPv4", () => {
  const { family, links } = viewOf(both, 4)
  expect(family).toBe(4)
  expect(links.map(({ name, probes, gateway, nat }) => [name, probes, gateway, nat])).toEqual(
    ["isp1", "isp2", "isp3"].map(name => [name, [four], "auto", "masquerade"]),
  )
})

test("IPv6 has the links with a target of its own, unless it is off there", () => {
  const { links } = viewOf(both, 6)
  expect(links.map(({ name, probes, gateway, nat }) => [name, probes, gateway, nat])).toEqual([
    ["isp1", [six], "fe80::1", { prefix: "2001:db8:1::/56", inside: null }],
  ])
})

test("without any IPv6 target there is nothing of IPv6 to steer", () => {
  expect(viewsOf(both).map(({ family }) => family)).toEqual([4, 6])
  expect(viewsOf(config()).map(({ family }) => family)).toEqual([4])
})
