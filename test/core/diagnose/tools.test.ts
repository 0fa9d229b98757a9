import { expect, test } from "vitest"
import type { Trial } from "../../../src/core/diagnose/checkup.ts"
import { FEATURES } from "../../../src/core/diagnose/features.ts"
import { diagnoseTools } from "../../../src/core/diagnose/tools.ts"
import { parseSaved } from "../../../src/core/saved.ts"
import { checkup, FIREWALL, troubles } from "./checkups.ts"

const tried = (trial: Trial) => troubles(diagnoseTools(checkup({ firewall: { ...FIREWALL, trial } })))

test("missing programs are named with the one command that installs their packages, each once", () => {
  const tools = [
    { program: "ip", package: "iproute2", found: true },
    { program: "conntrack", package: "conntrack", found: false },
    { program: "iptables-restore", package: "iptables", found: false },
    { program: "xtables-monitor", package: "iptables", found: false },
  ]
  expect(troubles(diagnoseTools(checkup({ tools })))).toEqual([
    "problem tools: missing: conntrack, iptables-restore, xtables-monitor → apt-get install conntrack iptables",
  ])
})

test("without rights it asks for root, and does not blame iptables for refusing", () => {
  const firewall = { kind: "unreachable", why: "Permission denied" } as const
  expect(troubles(diagnoseTools(checkup({ rights: { netAdmin: false, netRaw: true }, firewall })))).toEqual([
    "problem rights: this process lacks CAP_NET_ADMIN → sudo evenkeel doctor",
  ])
})

test("a router with rights and without iptables has a problem", () => {
  const firewall = { kind: "unreachable", why: "no working iptables" } as const
  expect(troubles(diagnoseTools(checkup({ firewall })))).toEqual([
    "problem iptables: no working iptables → apt-get install iptables",
  ])
})

test("rules in the other back end apply too, and are told of", () => {
  const rules = parseSaved("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j ACCEPT\nCOMMIT\n")
  const firewall = { ...FIREWALL, saved: { nft: rules, legacy: rules } }
  expect(troubles(diagnoseTools(checkup({ firewall })))).toEqual([
    "warning iptables: nft and legacy iptables both hold rules, and both apply; evenkeel uses nft → iptables-legacy-save, then remove what should not be there",
  ])
})

test("a kernel that lacks parts is told part by part, with the modules to load", () => {
  const missing = FEATURES.filter(({ module }) => ["xt_statistic", "xt_addrtype"].includes(module))
  expect(tried({ kind: "refused", why: "line 9: RULE_APPEND failed", missing })).toEqual([
    "problem kernel: it lacks xt_statistic, xt_addrtype → modprobe -a xt_statistic xt_addrtype",
  ])
})

test("a refusal that no part explains is passed on in the kernel's words", () => {
  expect(tried({ kind: "refused", why: "line 9: RULE_APPEND failed", missing: [] })).toEqual([
    "problem kernel: it refuses evenkeel's rules: line 9: RULE_APPEND failed → modprobe -a nf_tables nf_nat",
  ])
})

test("what could not be tried is no problem, but is said", () => {
  expect(tried({ kind: "untried", why: "unshare: Operation not permitted" })).toEqual([
    "warning kernel: its features could not be tried: unshare: Operation not permitted → sudo evenkeel doctor",
  ])
})
