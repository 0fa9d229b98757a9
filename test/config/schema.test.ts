import { expect, test } from "vitest"
import { parseConfig } from "../../src/config/parse.ts"

const isp1 = { name: "isp1", interface: "eth0", mark: 1 }
const isp2 = { name: "isp2", interface: "eth1", mark: 2 }
const good = { router: "rtr-a", lan: ["eth2"], links: [isp1, isp2], probes: [{ icmp: "192.0.2.1" }] }

/** The outermost values that are still allowed: one step further is in bad.ts. */
test.each<[string, Record<string, unknown>]>([
  ["one link", { links: [isp1] }],
  ["64 links", { links: Array.from({ length: 64 }, (_, i) => ({ name: `l${i}`, interface: `w${i}`, mark: i + 1 })) }],
  ["a host without a LAN that balances its own flows", { lan: [] }],
  ["all of markMask as a mark, where nothing is unreachable", { links: [isp1, { ...isp2, mark: 255 }] }],
  ["a markMask with holes", { markMask: 0x101, links: [isp1, { ...isp2, mark: 0x100 }] }],
  ["a mark of 32 bits", { markMask: 0xffffffff, links: [isp1, { ...isp2, mark: 0x80000000 }] }],
  ["one weight of 0", { links: [isp1, { ...isp2, weight: 0 }] }],
  ["the largest weight, tier and table", { links: [isp1, { ...isp2, weight: 10_000, tier: 100, table: 0xffffffff }] }],
  [
    "tables beside the kernel's",
    {
      links: [
        { ...isp1, table: 252 },
        { ...isp2, table: 256 },
      ],
    },
  ],
  [
    "one gateway of two links, as two modems of one kind have it",
    {
      links: [
        { ...isp1, gateway: "192.168.8.1" },
        { ...isp2, gateway: "192.168.8.1" },
      ],
    },
  ],
  ["one target asked in two ways", { probes: [{ icmp: "192.0.2.1" }, { tcp: "192.0.2.1:53" }] }],
  ["one target of two links", { links: [isp1, { ...isp2, probes: [{ icmp: "192.0.2.1" }] }] }],
  ["a quorum of all targets", { probes: [{ icmp: "192.0.2.1" }, { icmp: "192.0.2.2" }], health: { quorum: 2 } }],
  ["downAfter as long as interval and timeout", { health: { interval: "1s", timeout: "1s", downAfter: "1s" } }],
  ["the fastest health", { health: { interval: "50ms", timeout: "10ms", downAfter: "100ms", upAfter: "0s" } }],
  ["the slowest health", { health: { interval: "60s", timeout: "1m", downAfter: "1h", upAfter: "24h" } }],
  ["empty health and log, all default", { health: {}, log: {} }],
  ["a socket of 107 bytes", { socket: `/${"x".repeat(106)}` }],
  ["the socket within stateDir", { stateDir: "/srv/ek", socket: "/srv/ek/control.sock" }],
])("%s is allowed", (_, changes) => {
  expect(parseConfig(JSON.stringify({ ...good, ...changes }), { hostname: "" })).toMatchObject({ ok: true })
})
