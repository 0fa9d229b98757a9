import { expect, test } from "vitest"
import { ourProtocol, type Route, type Rule } from "../../src/core/kernel.ts"
import { routingChanges, routingRemoval } from "../../src/core/routing.ts"
import { config, link, PLUGGED_IN } from "./fixtures.ts"

const FACTS = new Map([
  ["isp1", PLUGGED_IN],
  ["isp2", { ...PLUGGED_IN, gateway: "198.51.100.1" }],
])

const rule = (priority: number, changes: Partial<Rule>): Rule => ({
  priority,
  protocol: ourProtocol,
  mark: null,
  mask: null,
  table: null,
  suppressPrefixLength: null,
  others: [],
  ...changes,
})
const marked = (priority: number, mark: number, table: number) => rule(priority, { mark, mask: 0xff, table })
const connected = rule(10_000, { table: 254, suppressPrefixLength: 0 })

const route = (table: number, device: string, gateway: string): Route => ({
  type: "unicast",
  destination: "default",
  table,
  protocol: ourProtocol,
  metric: 0,
  device,
  gateway,
  flags: ["onlink"],
  multipath: false,
})

const RULES = [connected, marked(10_001, 1, 101), marked(10_002, 2, 102)]
const ROUTES = [route(101, "eth0", "192.0.2.1"), route(102, "eth1", "198.51.100.1")]

test("rules and routes as configured need nothing", () => {
  expect(routingChanges(config(), FACTS, RULES, ROUTES)).toEqual([])
})

test("another order of the links has each rule at its new place before it leaves the old one", () => {
  const reordered = config({ links: [link(2), link(1)] })
  expect(routingChanges(reordered, FACTS, RULES, ROUTES)).toEqual([
    "rule add pref 10001 fwmark 0x2/0xff lookup 102 protocol 107",
    "rule add pref 10002 fwmark 0x1/0xff lookup 101 protocol 107",
    "rule del pref 10001 fwmark 0x1/0xff lookup 101 protocol 107",
    "rule del pref 10002 fwmark 0x2/0xff lookup 102 protocol 107",
  ])
})

test("another table is filled before a rule leads to it, and emptied after none does any more", () => {
  const moved = config({ links: [link(1, { table: 201 }), link(2)] })
  expect(routingChanges(moved, FACTS, RULES, ROUTES)).toEqual([
    "route replace default via 192.0.2.1 dev eth0 onlink table 201 protocol 107",
    "rule add pref 10001 fwmark 0x1/0xff lookup 201 protocol 107",
    "rule del pref 10001 fwmark 0x1/0xff lookup 101 protocol 107",
    "route del default dev eth0 table 101 protocol 107",
  ])
})

test("a rule with conditions that are known by name only is deleted by the rest of it", () => {
  const odd = rule(10_003, { mark: 255, mask: 0xff, others: ["src", "action"] })
  expect(routingChanges(config(), FACTS, [...RULES, odd], ROUTES)).toEqual([
    "rule del pref 10003 fwmark 0xff/0xff protocol 107",
  ])
})

test("of two rules with one text one is deleted", () => {
  expect(routingChanges(config(), FACTS, [...RULES, marked(10_002, 2, 102)], ROUTES)).toEqual([
    "rule del pref 10002 fwmark 0x2/0xff lookup 102 protocol 107",
  ])
})

test("other people's rules and routes are left alone", () => {
  const rules = [...RULES, { ...marked(10_001, 5, 200), protocol: 0 }]
  const routes = [...ROUTES, { ...route(200, "eth0", "192.0.2.9"), protocol: 3 }]
  expect(routingChanges(config(), FACTS, rules, routes)).toEqual([])
  expect(routingRemoval(rules.slice(3), routes.slice(2))).toEqual([])
})

test("what is removed for good: rules, which lead to routes, before these", () => {
  expect(routingRemoval(RULES.slice(1), ROUTES)).toEqual([
    "rule del pref 10001 fwmark 0x1/0xff lookup 101 protocol 107",
    "rule del pref 10002 fwmark 0x2/0xff lookup 102 protocol 107",
    "route del default dev eth0 table 101 protocol 107",
    "route del default dev eth1 table 102 protocol 107",
  ])
})
