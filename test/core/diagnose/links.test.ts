import { expect, test } from "vitest"
import type { Checkup } from "../../../src/core/diagnose/checkup.ts"
import { diagnoseLinks } from "../../../src/core/diagnose/links.ts"
import type { Facts } from "../../../src/core/facts.ts"
import { config, link, PLUGGED_IN } from "../fixtures.ts"
import { checkup, IPV6, troubles } from "./checkups.ts"

const found = (changes: Partial<Checkup>) => troubles(diagnoseLinks(checkup(changes)))
const first = (changes: Partial<Facts>) => new Map([["isp1", { ...PLUGGED_IN, ...changes }]])

test("each obstacle is a problem with the command that mends it", () => {
  expect(found({ facts: first({ index: null }) })).toEqual([
    "problem isp1: there is no interface eth0 → ip -brief link, then correct links: interface of isp1",
  ])
  expect(found({ facts: first({ carrier: false }) })).toEqual([
    "problem isp1: eth0 has no carrier: cable, modem or port → ip link set eth0 up",
  ])
  expect(found({ facts: first({ address: null }) })).toEqual([
    "problem isp1: eth0 has no IPv4 address → dhclient -v eth0",
  ])
  expect(found({ facts: first({ gateway: null }) })).toEqual([
    "problem isp1: no gateway is known: no default route leads out of eth0 → dhclient -v eth0, or set links: gateway of isp1",
  ])
})

test("a point-to-point link needs no gateway", () => {
  expect(found({ facts: first({ gateway: null, pointToPoint: true }) })).toEqual([])
})

test("a gateway that does not answer ARP is a problem, an unknown one a note, and another link's answer no proof", () => {
  const neighbour = { address: "192.0.2.1", device: "eth0" }
  const facts = first({})
  expect(found({ facts, neighbours: [{ ...neighbour, state: "FAILED" }] })).toEqual([
    "problem isp1: gateway 192.0.2.1 does not answer ARP on eth0 → ping -c 3 -I eth0 192.0.2.1",
  ])
  expect(found({ facts, neighbours: [{ ...neighbour, device: "eth1", state: "REACHABLE" }] })).toEqual([
    "note isp1: eth0 192.0.2.2 via 192.0.2.1; nobody has spoken with the gateway lately → ping -c 1 -I eth0 192.0.2.1",
  ])
})

test("a link that the agent holds for down is a problem though all that is near is well", () => {
  const links = [{ name: "isp1", state: "down", reason: "no target answered for 1.1 s" }] as const
  expect(found({ agent: { kind: "running", overrides: [], pid: 1, links } })).toEqual([
    "problem isp1: the agent holds it for down: no target answered for 1.1 s → evenkeel explain isp1",
  ])
})

test("one host behind two probes is one target", () => {
  const probes = [
    { kind: "icmp", address: "8.8.8.8" },
    { kind: "tcp", address: "8.8.8.8", port: 53 },
  ] as const
  expect(found({ config: config({ links: [link(1, { probes })] }) })).toEqual([
    "warning isp1: its only target is 8.8.8.8: if that host dies, a good link goes out of use → add a second host to the probes of isp1",
  ])
})

test("links that ask the same hosts die with them", () => {
  expect(found({ config: config() })).toEqual([
    "note targets: all links ask the same 3 hosts: if all of these die, so do all links",
  ])
})

test("a LAN interface that is not there is a problem", () => {
  expect(found({ config: { ...checkup().config, lan: ["lan0", "lan9"] } })).toEqual([
    "problem lan: there is no interface lan9 → ip -brief link, then correct lan: in the configuration",
  ])
})

test("links that all ask one host alone die with it", () => {
  const probes = [{ kind: "icmp", address: "8.8.8.8" }] as const
  expect(found({ config: config({ links: [link(1, { probes }), link(2, { probes })] }) })).toContain(
    "warning targets: all links ask 8.8.8.8 alone: if that host dies, all links do → add hosts of other owners to probes: in the configuration",
  )
})

test("an IPv6 gateway that does not answer is a problem; where none is known there is nothing to say", () => {
  const facts = new Map([["isp1", { ...PLUGGED_IN, address: "2001:db8::2", gateway: "fe80::1" }]])
  const seen = (state: string) =>
    found({ ipv6: { ...IPV6, facts, neighbours: [{ address: "fe80::1", device: "eth0", state }] } })
  expect(seen("FAILED")).toEqual([
    "problem isp1: IPv6 gateway fe80::1 does not answer neighbour discovery on eth0 → ping -c 3 -I eth0 fe80::1",
  ])
  expect(seen("REACHABLE")).toEqual([])
})

test("a link without IPv6 whose interface is deaf to routers is a warning, unless its gateway is known otherwise", () => {
  const seen = (known: Partial<Facts>, deafToRouters = ["eth0"]) => {
    const facts = new Map([["isp1", { ...PLUGGED_IN, address: "2001:db8::2", gateway: "fe80::1", ...known }]])
    return found({ ipv6: { ...IPV6, facts, deafToRouters } })
  }
  const deaf =
    "warning isp1: no IPv6 by eth0: the kernel passes over router advertisements there (accept_ra in ip-sysctl.rst) → sysctl -w net/ipv6/conf/eth0/accept_ra=2, or set links: gateway6 of isp1"
  expect(seen({ gateway: null })).toEqual([deaf])
  expect(seen({ gateway: null, address: null })).toEqual([deaf])
  expect(seen({ gateway: null }, ["eth1"])).toEqual([])
  expect(seen({ gateway: null, pointToPoint: true })).toEqual([])
  expect(seen({})).toEqual([])
})
