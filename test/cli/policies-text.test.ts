import { expect, test } from "vitest"
import { policyRows } from "../../src/cli/policies-text.ts"
import type { PolicyConfig } from "../../src/core/policy-config.ts"
import { config } from "../core/fixtures.ts"
import { asNetworks, NO_NETWORKS } from "../../src/core/networks.ts"

const match = { from: [], to: [], proto: [], sport: [], dport: [], set: null, dscp: 46, in: null }
const policies: readonly PolicyConfig[] = [
  { name: "gaming", match, use: { kind: "order", links: ["isp1", "isp2"] }, ifDown: "next" },
  {
    name: "video",
    match,
    use: {
      kind: "balance",
      shares: [
        { link: "isp1", weight: 1 },
        { link: "isp2", weight: 2 },
      ],
    },
    ifDown: "balance",
  },
  { name: "vpn", match, use: { kind: "order", links: ["isp1"] }, ifDown: "block" },
]

test("check says where each policy's flows go, and what each set holds", () => {
  const rows = policyRows(
    config({
      policies,
      sets: [
        { kind: "owned", name: "netflix", networks: { 4: asNetworks(["10.0.0.0/8"]), 6: NO_NETWORKS } },
        { kind: "external", name: "youtube", ipsets: { 4: "yt", 6: "yt6" } },
      ],
    }),
  )
  expect(rows).toEqual([
    ["policies", "gaming → isp1, else isp2, else the next policy that matches"],
    ["", "video → isp1 33 %, isp2 67 %, else balanced"],
    ["", "vpn → isp1, else refused"],
    ["sets", "netflix: 1 IPv4 and 0 IPv6 networks"],
    ["", "youtube: filled by others as yt and yt6"],
  ])
})

test("check says nothing of policies where there are none", () => {
  expect(policyRows(config())).toEqual([])
})
