import colors from "picocolors"
import { expect, test } from "vitest"
import { clock } from "../../src/cli/format.ts"
import { statusText } from "../../src/cli/status-text.ts"
import { DOWN, FAILED, NOW_MS, PLAIN, START, STATUS, UP } from "./stories.ts"

test("status shows the router, then each link with its targets, aligned", () => {
  expect(statusText(STATUS, PLAIN, NOW_MS)).toBe(`\
router  rtr-a, site home
agent   pid 4711, running for 2h, since ${clock(START)}
rules   in sync, last changed 3m20s ago (${clock(FAILED)}) in 15.2 ms

LINK              STATE       SHARE  WEIGHT   LOSS      RTT  JITTER
isp1              down 3m20s    0 %      70  100 %        –       –
  eth0, 192.168.1.2 via 192.168.1.1
  no target answered for 1.1 s
  icmp 1.1.1.1    silent                     100 %        –
isp2              up 2h       100 %      30  2.0 %  12.3 ms  0.4 ms
  eth1, 192.168.2.2 via 192.168.2.1
  icmp 1.1.1.1    answers                      0 %  12.3 ms
  tcp 8.8.8.8:53  broken                     4.0 %  14.0 ms`)
})

test("what was decided by hand stands above the links", () => {
  const overrides = [
    { kind: "drain", link: "isp1", until: null, force: false },
    { kind: "weight", link: "isp2", until: FAILED, weight: 10 },
  ] as const
  const lines = statusText({ ...STATUS, overrides, links: [{ ...DOWN, drained: true }] }, PLAIN, NOW_MS).split("\n")
  expect(lines.slice(3, 5)).toEqual(["by hand  isp1 drained", `         isp2 weight 10 until ${clock(FAILED)}`])
  expect(lines.find(line => line.startsWith("isp1"))).toContain("down 3m20s drained")
})

test("IPv6 stands below, where it is steered", () => {
  const { state, since, reason, share, loss, rttMs, jitterMs, damped } = DOWN
  const ipv6 = {
    state,
    since,
    reason,
    share,
    loss,
    rttMs,
    jitterMs,
    damped,
    address: "2001:db8:2::2",
    gateway: "fe80::1",
  }
  const target = { probe: "icmp 2606:4700:4700::1111", state: "silent", loss: 1, rttMs: null, trouble: null } as const
  const link = { ...UP, ipv6: { ...ipv6, targets: [target] } }
  const lines = statusText({ ...STATUS, links: [link] }, PLAIN, NOW_MS).split("\n")
  expect(lines.slice(-5).join("\n")).toBe(`\
  tcp 8.8.8.8:53               broken                     4.0 %  14.0 ms
  IPv6                         down 3m20s    0 %          100 %        –       –
    2001:db8:2::2 via fe80::1
    no target answered for 1.1 s
    icmp 2606:4700:4700::1111  silent                     100 %        –`)
})

test("without an agent it says so, shows what was, and how to go on", () => {
  const past = { ...UP, loss: null, rttMs: null, jitterMs: null }
  const status = { ...STATUS, pid: null, since: null, lastApply: null, links: [{ ...past, ...DOWN, loss: null }, past] }
  expect(statusText(status, PLAIN, NOW_MS)).toBe(`\
router  rtr-a, site home
agent   not running: nobody watches the links
rules   in sync

LINK  STATE     SHARE  WEIGHT  LOSS  RTT  JITTER
isp1  was down    0 %      70     –    –       –
  eth0, 192.168.1.2 via 192.168.1.1
  no target answered for 1.1 s
isp2  was up    100 %      30     –    –       –
  eth1, 192.168.2.2 via 192.168.2.1

States are the last that were known.
Start the agent: systemctl start evenkeel, or: evenkeel run`)
})

test("rules that are not there, that differ, and that the agent is mending are told apart", () => {
  const ruleLine = (changes: Partial<typeof STATUS>) =>
    statusText({ ...STATUS, lastApply: null, rulesInSync: false, ...changes }, PLAIN, NOW_MS).split("\n")[2]
  expect(ruleLine({ pid: null, links: [DOWN] })).toBe("rules   none: flows are not balanced (evenkeel apply)")
  expect(ruleLine({ pid: null })).toBe("rules   differ from the configuration (evenkeel plan)")
  expect(ruleLine({})).toMatch(/^rules {3}not in sync: the agent is mending them/)
})

test("an interface says what it lacks", () => {
  const line = (changes: Partial<typeof DOWN>) =>
    statusText({ ...STATUS, links: [{ ...DOWN, ...changes }] }, PLAIN, NOW_MS).split("\n")[6]
  expect(line({ carrier: false })).toBe("  eth0, no carrier")
  expect(line({ address: null })).toBe("  eth0, no address")
  expect(line({ gateway: null })).toBe("  eth0, 192.168.1.2")
})

test("what stands in a link's way is said once", () => {
  const link = { ...DOWN, carrier: false, address: null, gateway: null, reason: "interface missing" }
  const lines = statusText({ ...STATUS, links: [link] }, PLAIN, NOW_MS).split("\n")
  expect(lines[6]).toBe("  eth0, interface missing")
  expect(lines[7]).toMatch(/^ {2}icmp/)
})

test("no line is longer than 80 columns, and colour does not move anything", () => {
  const lines = statusText(STATUS, PLAIN, NOW_MS).split("\n")
  expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
  const painted = statusText(STATUS, colors.createColors(true), NOW_MS)
  // eslint-disable-next-line no-control-regex
  expect(painted.replaceAll(/\x1b\[\d+m/g, "")).toBe(lines.join("\n"))
  expect(painted).toContain("\x1b[31mdown\x1b[39m")
})

test("a target that answers wrongly is shown with what it says", () => {
  const portal = { probe: "http http://a.example/", state: "wrong", loss: 1, rttMs: 9, trouble: "HTTP 302" } as const
  const text = statusText({ ...STATUS, links: [{ ...UP, targets: [portal] }] }, PLAIN, NOW_MS)
  expect(text).toMatch(/ {2}http http:\/\/a\.example\/ {2}wrong .*\n {4}HTTP 302$/)
})

test("policies stand below the links, each with where its new flows go now; without the right to look there are none", () => {
  const policies = [
    { name: "gaming", packets: 206, way: { kind: "balance", shares: { isp2: 1 } }, wayIpv6: null },
    {
      name: "video",
      packets: 9,
      way: { kind: "balance", shares: { isp1: 0.75, isp2: 0.25 } },
      wayIpv6: { kind: "next" },
    },
    { name: "work", packets: 0, way: { kind: "all" }, wayIpv6: { kind: "all" } },
    { name: "new", packets: 0, way: null, wayIpv6: null },
  ] as const
  expect(statusText(STATUS, PLAIN, NOW_MS, policies)).toContain(`

POLICY  NEW FLOWS  GO NOW
gaming        206  isp2
video           9  isp1 75 %, isp2 25 %; IPv6 by the next policy that matches, else as the others
work            0  as the others
new             0  nowhere: its rules are not set up`)
  expect(statusText(STATUS, PLAIN, NOW_MS, null)).toBe(statusText(STATUS, PLAIN, NOW_MS))
})
