import { expect, test } from "vitest"
import type { Checkup } from "../../../src/core/diagnose/checkup.ts"
import { diagnoseOffload } from "../../../src/core/diagnose/offload.ts"
import { checkup, troubles, withRules } from "./checkups.ts"

const found = (changes: Partial<Checkup>) => troubles(diagnoseOffload(checkup(changes)))
const flowtable = (...devices: readonly string[]) => ({
  tables: [],
  rules: [],
  flowtables: [{ family: "inet", table: "fw4", name: "ft", devices }],
})

test("without any offload there is nothing to say", () => {
  expect(diagnoseOffload(checkup())).toEqual([])
})

test("a flowtable with a link in it lets flows pass by the rules; one without is none of our business", () => {
  expect(found({ nft: flowtable("lan0", "eth0") })).toEqual([
    "warning offload: nft flowtable ft of inet fw4 (lan0, eth0): flows in it pass by all rules: they are not moved when their link dies, nor counted → nft -a list table inet fw4, then delete the rule with: flow add @ft",
  ])
  expect(found({ nft: flowtable("br0", "wlan0") })).toEqual([])
})

test("OpenWrt's target is found in iptables", () => {
  const rule = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j FLOWOFFLOAD --hw"
  expect(found(withRules(`*filter\n:FORWARD ACCEPT [0:0]\n${rule}\nCOMMIT\n`))).toEqual([
    expect.stringMatching(
      /^warning offload: filter FORWARD .* → iptables-nft -t filter -D FORWARD .* -j FLOWOFFLOAD --hw$/,
    ),
  ])
})

test("a network card that may forward by itself is a note", () => {
  expect(found({ hardwareOffloads: ["eth0"] })).toEqual([
    expect.stringMatching(/^note offload: the network card of eth0 .* → ethtool -K eth0 hw-tc-offload off$/),
  ])
})
