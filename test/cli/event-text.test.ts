import { expect, test } from "vitest"
import { eventText, eventTypes } from "../../src/cli/event-text.ts"
import { clock } from "../../src/cli/format.ts"
import type { EventDraft, JournalEvent } from "../../src/core/events.ts"
import { FAILED, PLAIN, VERDICT } from "./stories.ts"

const frame = { v: 1, seq: 1, time: FAILED, router: "rtr-a", site: "home" } as const
const said = (draft: EventDraft) => eventText({ ...frame, ...draft }, PLAIN)

const alert = {
  alert: "oncall",
  receiver: "slack",
  key: "evenkeel:home:rtr-a:link.down:isp1:7",
  condition: "link.down",
}
const peer = { peer: "rtr-b", peerSite: "home" }

const drafts: readonly EventDraft[] = [
  { type: "agent.started", version: "0.1.0", pid: 4711, backend: "nft" },
  { type: "agent.stopped", reason: "SIGTERM" },
  { type: "config.reloaded", file: "/etc/evenkeel/evenkeel.yaml" },
  { type: "config.rejected", file: "/etc/evenkeel/evenkeel.yaml", problems: ["links[1].mark: twice", "lan: missing"] },
  { type: "link.state", family: "ipv4", link: "isp1", from: "up", to: "down", reason: "no carrier", evidence: VERDICT },
  { type: "link.carrier", link: "isp1", carrier: false },
  { type: "link.address", family: "ipv4", link: "isp1", address: "192.0.2.2", gateway: "192.0.2.1" },
  { type: "weights.applied", family: "ipv4", shares: { isp1: 0.7, isp2: 0.3 }, tookMs: 15.23 },
  { type: "rules.repaired", family: "ipv4", what: ["mangle LOAD_BALANCE", "mangle -A OUTPUT -j EVENKEEL_OUT"] },
  { type: "rules.failed", family: "ipv4", error: "iptables-nft-restore: exit code 4\nline 3: failed\n", retryMs: 1000 },
  { type: "probe.broken", family: "ipv4", link: "isp1", probe: "icmp 1.1.1.1", error: "EPERM" },
  { type: "override.set", kind: "drain", link: "isp1", until: FAILED, force: false },
  { type: "override.set", kind: "weight", link: "isp2", until: null, weight: 10 },
  {
    type: "override.set",
    kind: "pin",
    name: "pin1",
    match: { proto: ["tcp"], dport: [80, "443-444"], from: "10.0.0.50" },
    use: ["isp1", "isp2"],
    ifDown: "block",
    until: FAILED,
  },
  { type: "override.cleared", kind: "drain", link: "isp1", why: "its time is over" },
  { type: "override.cleared", kind: "pin", name: "pin1", why: "taken back" },
  { type: "share.connected", store: "redis://10.0.0.5:6379" },
  { type: "share.disconnected", store: "redis://10.0.0.5:6379", error: "ECONNREFUSED" },
  { ...peer, type: "peer.state", link: "wan", line: "fibre-1", from: "up", to: "down", reason: "no carrier" },
  { ...peer, type: "peer.lost" },
  { ...alert, type: "alert.sent", message: "resolved", link: "isp1", attempts: 3 },
  { ...alert, type: "alert.failed", message: "opened", attempts: 1, error: "HTTP 500", retryMs: 1000 },
  { ...alert, type: "alert.failed", message: "opened", attempts: 288, error: "HTTP 400", retryMs: 0 },
]

test("every type has its line: local time, type, what happened in plain words", () => {
  expect(drafts.map(said).join("\n").replaceAll(clock(FAILED), "TIME")).toBe(`\
TIME  agent.started       agent 0.1.0 started: pid 4711, iptables nft
TIME  agent.stopped       agent stopped (SIGTERM); the rules stay
TIME  config.reloaded     configuration reloaded from /etc/evenkeel/evenkeel.yaml
TIME  config.rejected     configuration refused, the old one stays: /etc/evenkeel/evenkeel.yaml: links[1].mark: twice; lan: missing
TIME  link.state          isp1 up → down: no carrier
TIME  link.carrier        isp1 lost its carrier
TIME  link.address        isp1 address 192.0.2.2, gateway 192.0.2.1
TIME  weights.applied     new flows: isp1 70 %, isp2 30 % (written in 15.2 ms)
TIME  rules.repaired      mended: mangle LOAD_BALANCE; mangle -A OUTPUT -j EVENKEEL_OUT
TIME  rules.failed        not written, again in 1.0 s: iptables-nft-restore: exit code 4; line 3: failed
TIME  probe.broken        isp1 cannot ask icmp 1.1.1.1, which does not count against it: EPERM
TIME  override.set        isp1 is drained until TIME
TIME  override.set        isp2 has weight 10
TIME  override.set        pin1: from 10.0.0.50 of tcp to port 80,443-444 → isp1, else isp2, else refused until TIME
TIME  override.cleared    isp1 gets new flows again: its time is over
TIME  override.cleared    pin1 does not hold any more: taken back
TIME  share.connected     shares with other routers through redis://10.0.0.5:6379
TIME  share.disconnected  nothing is shared for now, and nothing else depends on it: redis://10.0.0.5:6379: ECONNREFUSED
TIME  peer.state          rtr-b: wan (fibre-1) up → down: no carrier
TIME  peer.lost           rtr-b is no longer heard of; what it knew is unknown now
TIME  alert.sent          oncall (slack), link.down of isp1 resolved: delivered after 3 tries
TIME  alert.failed        oncall (slack), link.down opened: not delivered, again in 1.0 s: HTTP 500
TIME  alert.failed        oncall (slack), link.down opened: not delivered after 288 tries, and given up: HTTP 400`)
  expect([...new Set(drafts.map(draft => draft.type))]).toEqual(eventTypes)
})

test("the other side of each change has its words too", () => {
  expect(said({ type: "link.carrier", link: "isp1", carrier: true })).toMatch(/isp1 has carrier again$/)
  expect(said({ type: "link.address", family: "ipv4", link: "isp1", address: null, gateway: null })).toMatch(
    /isp1 lost its address$/,
  )
  expect(said({ type: "link.address", family: "ipv4", link: "isp1", address: "192.0.2.2", gateway: null })).toMatch(
    /isp1 address 192\.0\.2\.2$/,
  )
})

test("an event of a later version is shown as it is", () => {
  const later = { ...frame, type: "weather.fine", peer: "rtr-b" } as unknown as JournalEvent
  expect(eventText(later, PLAIN)).toContain('"peer":"rtr-b"')
})

test("an error's text cannot steer the terminal", () => {
  const line = said({ type: "rules.failed", family: "ipv4", error: "\x1b[2Jgone\rforged", retryMs: 0 })
  expect(line).toContain("\\u{1b}[2Jgone\\u{d}forged")
})
