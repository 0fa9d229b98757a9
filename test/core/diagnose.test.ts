import { expect, test } from "vitest"
import { diagnose } from "../../src/core/diagnose.ts"
import { checkup, troubles } from "./diagnose/checkups.ts"

test("a healthy router gives one line for each check, and no trouble", () => {
  const findings = diagnose(checkup())
  expect(troubles(findings)).toEqual([])
  expect(findings.map(({ check, text }) => `${check}: ${text}`)).toEqual([
    "tools: ip",
    "rights: CAP_NET_ADMIN and CAP_NET_RAW",
    "iptables: nft back end, as it holds evenkeel's chains",
    "kernel: it takes every rule that evenkeel needs",
    "forwarding: on",
    "rp_filter: no link's interface is strict",
    "conntrack: 100 of 262144 connections are tracked",
    "state: /var/lib/evenkeel can be written",
    "agent: running, pid 4711",
    "rules: rules, routes and settings are as configured",
    "forward rules: no policy of iptables drops what the LAN sends",
    "isp1: eth0 192.0.2.2 via 192.0.2.1",
    "isp2: eth1 198.51.100.2 via 198.51.100.1",
    "routing: no other rule or route gets in the way of the marks",
    "marks: nobody else's rule touches the bits of 0xff",
  ])
})

test("every problem and every warning says what mends it", () => {
  const findings = diagnose(
    checkup({
      rights: { netAdmin: false, netRaw: false },
      firewall: { kind: "unreachable", why: "refused" },
      ipForward: "0",
      conntrack: { count: 99, max: 100 },
      agent: { kind: "none" },
      facts: new Map(),
    }),
  )
  const bad = findings.filter(({ level }) => level === "problem" || level === "warning")
  expect(bad.length).toBeGreaterThan(3)
  expect(bad.filter(({ mend }) => mend === null)).toEqual([])
})
