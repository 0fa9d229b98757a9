import { expect, test } from "vitest"
import { withoutIpv6 } from "../../src/cli/pin-text.ts"
import { readPin } from "../../src/config/pin.ts"
import type { AskedPin } from "../../src/core/pins.ts"
import { config, link } from "../core/fixtures.ts"

const V6_TARGET = { kind: "icmp", address: "2606:4700:4700::1111" } as const
const both = config({ links: [link(1), link(2, { gateway6: "auto", probes: [...link(2).probes, V6_TARGET] })] })

function said(match: AskedPin["match"], use: readonly string[], ifDown: AskedPin["ifDown"] = "next", here = both) {
  const pin = { match, use, ifDown, until: null }
  const read = readPin(pin, here, new Map())
  if (!read.ok) throw new Error(read.problems.join())
  return withoutIpv6(pin, read.policy, here)
}

test("a pin of both families to a link of one says where its IPv6 flows go", () => {
  expect(said({ proto: ["tcp"], dport: [443] }, ["isp1"], "block")).toBe(
    "isp1 carries no IPv6 (no IPv6 probe): over IPv6 such flows are refused.\n",
  )
  expect(said({ in: "lan0" }, ["isp1"])).toContain("as if not pinned")
})

test.each([
  ["one of its links carries IPv6", said({ in: "lan0" }, ["isp1", "isp2"])],
  ["it asks for an IPv4 source", said({ from: ["10.0.0.50"] }, ["isp1"])],
  ["IPv6 is not steered at all", said({ in: "lan0" }, ["isp1"], "next", config())],
])("and nothing where %s", (_why, text) => {
  expect(text).toBe("")
})
