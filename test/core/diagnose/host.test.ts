import { expect, test } from "vitest"
import type { Checkup } from "../../../src/core/diagnose/checkup.ts"
import { diagnoseHost } from "../../../src/core/diagnose/host.ts"
import { config, PLUGGED_IN } from "../fixtures.ts"
import { checkup, FIREWALL, IPV6, troubles } from "./checkups.ts"

const found = (changes: Partial<Checkup>) => troubles(diagnoseHost(checkup(changes)))

test("a router that does not forward has a problem, unless it has no LAN", () => {
  expect(found({ ipForward: "0" })).toEqual([
    "problem forwarding: the kernel forwards nothing (net.ipv4.ip_forward is 0): the LAN has no way out → sysctl -w net.ipv4.ip_forward=1",
  ])
  expect(found({ ipForward: "0", config: config({ lan: [] }) })).toEqual([])
})

test("a router that does not forward IPv6 has a problem where IPv6 is steered for a LAN", () => {
  const ipv6 = { ...IPV6, facts: new Map([["isp1", PLUGGED_IN]]), forwarding: "0" }
  expect(found({ ipv6 })).toEqual([
    "problem forwarding: the kernel forwards no IPv6 (net.ipv6.conf.all.forwarding is 0): the LAN has no way out by it → sysctl -w net.ipv6.conf.all.forwarding=1, then evenkeel doctor",
  ])
  expect(found({ ipv6, config: config({ lan: [] }) })).toEqual([])
  expect(found({ ipv6: { ...ipv6, facts: new Map() } })).toEqual([])
})

test("strict rp_filter is a note while no agent runs, as apply and run mend it", () => {
  expect(found({ strictRpFilter: ["eth0", "eth1"], agent: { kind: "none" } })).toContain(
    "note rp_filter: strict on eth0, eth1: replies by all but the best route are dropped, probes' included → evenkeel apply (run does the same)",
  )
})

test("strict rp_filter beside an agent is a problem, and not a matter for apply, which that agent keeps out", () => {
  expect(found({ strictRpFilter: ["eth1"] })).toEqual([
    "problem rp_filter: strict on eth1: replies by all but the best route are dropped, probes' included → the agent mends this within 5 s; if not: kill -HUP 4711, then evenkeel events",
  ])
  const silent = { kind: "silent", pid: null, why: "nobody listens there" } as const
  expect(found({ strictRpFilter: ["eth1"], agent: silent }).join("\n")).toContain("systemctl reload evenkeel")
})

test("a table of connections that fills up is a warning, a nearly full one a problem", () => {
  expect(found({ conntrack: { count: 7499, max: 10_000 } })).toEqual([])
  expect(found({ conntrack: { count: 7500, max: 10_000 } })).toEqual([
    "warning conntrack: 7500 of 10000 connections are tracked: it fills up → sysctl -w net.netfilter.nf_conntrack_max=20000",
  ])
  expect(found({ conntrack: { count: 9000, max: 10_000 } })).toEqual([
    "problem conntrack: 9000 of 10000 connections are tracked: new flows are dropped when it is full → sysctl -w net.netfilter.nf_conntrack_max=20000",
  ])
  expect(found({ conntrack: null })).toEqual([])
})

test("a state directory that cannot be written is a problem for root, and says nothing of others", () => {
  const stateDirTrouble = "the file system is read-only"
  expect(found({ stateDirTrouble })).toEqual([
    "problem state: /var/lib/evenkeel cannot be written (the file system is read-only): no journal, no memory over a restart → ls -ld /var/lib/evenkeel; findmnt -T /var/lib/evenkeel",
  ])
  expect(found({ stateDirTrouble, rights: { netAdmin: false, netRaw: false } })).toEqual([])
})

test("places that the service may not write to are a warning, unless a drop-in of the unit names them", () => {
  const elsewhere = config({ stateDir: "/srv/evenkeel", socket: "/srv/run/control.sock" })
  const mend = "systemctl edit evenkeel (ReadWritePaths=; see docs/service.md)"
  expect(found({ config: elsewhere, unitDropIns: "" })).toEqual([
    `warning service: stateDir is in /srv/evenkeel, not in /var/lib/evenkeel: the service may not write there → ${mend}`,
    `warning service: socket is in /srv/run, not in /run/evenkeel: the service may not write there → ${mend}`,
  ])
  expect(found({ config: elsewhere, unitDropIns: "[Service]\nReadWritePaths=/srv/evenkeel /srv/run\n" })).toEqual([])
  expect(found({ config: elsewhere, unitDropIns: null })).toEqual([])
  expect(found({ unitDropIns: "" })).toEqual([])
})

test("no agent is a warning; one that holds the lock and does not answer is a problem", () => {
  expect(found({ agent: { kind: "none" } })).toEqual([
    "warning agent: not running: nobody watches the links → systemctl start evenkeel, or: evenkeel run",
  ])
  expect(found({ agent: { kind: "silent", pid: 4711, why: "no answer within 2000 ms" } })).toEqual([
    "problem agent: pid 4711 holds the lock but does not answer on /run/evenkeel/control.sock: no answer within 2000 ms → systemctl restart evenkeel",
  ])
})

test("rules that differ are a matter for apply, or for the agent when one runs", () => {
  const changes = { sysctls: [], ip: ["rule add pref 10000"], iptables: "*mangle", what: ["mangle LOAD_BALANCE"] }
  const firewall = { ...FIREWALL, changes }
  expect(found({ firewall, agent: { kind: "none" } }).at(-1)).toBe(
    "warning rules: 2 things differ from the configuration → evenkeel plan, then evenkeel apply",
  )
  expect(found({ firewall })).toEqual([
    "warning rules: 2 things differ from the configuration; the agent should have mended that → evenkeel events --since 1h --type rules.failed",
  ])
  expect(found({ firewall: { ...firewall, inForce: null } })).toEqual([
    "note rules: not set up yet → evenkeel plan, then evenkeel apply",
  ])
})

test("where /proc/sys is read-only, as in a container, settings have to come from outside", () => {
  const isProcSysReadOnly = true
  expect(found({ ipForward: "0", isProcSysReadOnly })[0]).toMatch(
    / → \/proc\/sys is read-only in here: start this container with --sysctl net\.ipv4\.ip_forward=1, or as --privileged$/,
  )
  const sysctls = ["eth0/rp_filter=2", "eth1/rp_filter=2", "eth1/src_valid_mark=1"].map(text => ({
    path: `net/ipv4/conf/${text.split("=")[0] ?? ""}`,
    value: text.split("=")[1] ?? "",
  }))
  const firewall = { ...FIREWALL, changes: { ...FIREWALL.changes, sysctls } }
  expect(found({ strictRpFilter: ["eth0", "eth1"], firewall, isProcSysReadOnly, agent: { kind: "none" } })).toEqual([
    "problem rp_filter: strict on eth0, eth1: replies by all but the best route are dropped, probes' included; apply and the agent cannot change that here → /proc/sys is read-only in here: start this container with --sysctl net.ipv4.conf.all.rp_filter=2 --sysctl net.ipv4.conf.all.src_valid_mark=1, or as --privileged",
    expect.stringMatching(/^warning agent/),
  ])
  expect(found({ isProcSysReadOnly })).toEqual([])
})

test("what an operator decided by hand is told, with the command that takes it back", () => {
  const overrides = [
    { kind: "drain", link: "isp1", until: "2026-01-31T12:00:00.000Z", force: false },
    { kind: "weight", link: "isp2", until: null, weight: 5 },
  ] as const
  const agent = { kind: "running", pid: 4711, links: [], overrides } as const
  expect(found({ agent })).toEqual([
    "note by hand: isp1 is drained until 2026-01-31T12:00:00.000Z → evenkeel undrain isp1",
    "note by hand: isp2 has weight 5 → evenkeel weight isp2 default",
  ])
})
