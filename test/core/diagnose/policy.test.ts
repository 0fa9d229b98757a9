import { expect, test } from "vitest"
import { diagnosePolicy } from "../../../src/core/diagnose/policy.ts"
import { ourProtocol, type Route, type Rule } from "../../../src/core/kernel.ts"
import { checkup, troubles } from "./checkups.ts"

const rule = (changes: Partial<Rule>): Rule => ({
  priority: 100,
  protocol: 2,
  mark: null,
  mask: null,
  table: 200,
  suppressPrefixLength: null,
  others: [],
  ...changes,
})

const defaultRoute = (table: number, protocol = 3): Route => ({
  type: "unicast",
  destination: "default",
  table,
  protocol,
  metric: 0,
  device: "eth0",
  gateway: "192.0.2.1",
  flags: [],
  multipath: false,
})

const found = (rules: readonly Rule[], routes: readonly Route[] = []) =>
  troubles(diagnosePolicy(checkup({ snapshot: { interfaces: [], rules, routes: [defaultRoute(254), ...routes] } })))

test("the kernel's own rules and ours are in nobody's way", () => {
  const kernels = [
    rule({ priority: 0, table: 255 }),
    rule({ priority: 32_766, table: 254 }),
    rule({ priority: 32_767, table: 253 }),
  ]
  const ours = rule({ priority: 10_001, protocol: ourProtocol, mark: 1, mask: 0xff, table: 101 })
  expect(found([...kernels, ours], [defaultRoute(254), defaultRoute(101, ourProtocol)])).toEqual([])
})

test("a rule that takes every packet before ours is a problem only where its table leads everywhere", () => {
  expect(found([rule({})])).toEqual([])
  expect(found([rule({})], [defaultRoute(200)])).toEqual([
    "problem routing: an ip rule before evenkeel's routes everything by table 200: pref 100 lookup 200 → ip rule del pref 100",
  ])
  expect(found([rule({ others: ["src"] })], [defaultRoute(200)])).toEqual([])
  expect(found([rule({ suppressPrefixLength: 0 })], [defaultRoute(200)])).toEqual([])
  expect(found([rule({ priority: 20_000 })], [defaultRoute(200)])).toEqual([
    "note routing: an ip rule behind evenkeel's leads to table 200; flows that evenkeel marks do not go there: pref 20000 lookup 200",
  ])
})

test("a rule for a link's very mark takes its flows", () => {
  expect(found([rule({ mark: 1, mask: 0xffffffff })])).toEqual([
    "problem routing: another ip rule takes the flows of isp1: pref 100 fwmark 0x1/0xffffffff lookup 200 → ip rule del pref 100",
  ])
})

test("a rule for other bits is let be, one for some of ours is a warning", () => {
  expect(found([rule({ mark: 0x80000, mask: 0xff0000 })])).toEqual([])
  expect(found([rule({ mark: 0xca6c, mask: 0xffffffff, others: ["not"] })])).toEqual([
    "warning routing: another ip rule looks at bits of 0xff: pref 100 not fwmark 0xca6c/0xffffffff lookup 200 → ip rule del pref 100",
  ])
})

test("a link's table that holds another's default route is a problem", () => {
  expect(found([], [defaultRoute(102)])).toEqual([
    "problem routing: isp2: table 102 holds a default route of somebody else's; apply and run refuse that → ip route del default table 102",
  ])
})

const vpn = { mark: 0xca6c, mask: 0xffffffff, table: 51_820, others: ["not"] }

test("a VPN's rule for all but its own packets is a problem before ours, and behind ours a note", () => {
  expect(found([rule({ ...vpn, priority: 9999 })], [defaultRoute(51_820)])).toEqual([
    "problem routing: an ip rule before evenkeel's routes everything by table 51820: pref 9999 not fwmark 0xca6c/0xffffffff lookup 51820 → ip rule del pref 9999",
  ])
  expect(found([rule({ ...vpn, priority: 32_765 })], [defaultRoute(51_820)])).toEqual([
    "note routing: an ip rule behind evenkeel's leads to table 51820; flows that evenkeel marks do not go there: pref 32765 not fwmark 0xca6c/0xffffffff lookup 51820",
  ])
})

test("a main table without a default route is a warning, with a way out that is at hand", () => {
  const lost = (changes = {}) =>
    troubles(diagnosePolicy(checkup({ snapshot: { interfaces: [], rules: [], routes: [] }, ...changes })))
  const text =
    "warning routing: the main table has no default route: connections that the router itself opens fail before they are given a link"
  expect(lost()).toEqual([`${text} → ip route add default via 192.0.2.1 dev eth0`])
  expect(lost({ facts: new Map() })).toEqual([`${text} → ip route add default dev INTERFACE`])
})
