import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Config } from "../../src/core/config.ts"
import { parseConfig } from "../../src/config/parse.ts"
import type { ParseResult } from "../../src/config/parse.ts"
import { BAD } from "./bad.ts"
import { BAD_POLICIES } from "./bad-policies.ts"
import { asNetworks } from "../../src/core/networks.ts"

/** A host name that cannot stand in for `router`, so that its use is seen. */
const NO_NAME = { hostname: "-" }

function example(name: string): string {
  return readFileSync(new URL(`examples/${name}.yaml`, import.meta.url), "utf8")
}

function problemsIn(result: ParseResult) {
  return result.ok ? [] : result.problems
}

const minimal: Config = {
  router: "rtr-b",
  site: "default",
  stateDir: "/var/lib/evenkeel",
  socket: "/run/evenkeel/control.sock",
  lan: ["eth2"],
  markMask: 0xff,
  routerTraffic: "balance",
  allDown: "keep",
  links: [
    {
      name: "isp1",
      interface: "eth0",
      mark: 1,
      weight: 1,
      tier: 1,
      table: 101,
      gateway: "auto",
      gateway6: "auto",
      nat: "masquerade",
      nat6: "masquerade",
      onDown: "move",
      metered: false,
      drain: null,
      line: null,
      probes: [{ kind: "icmp", address: "1.1.1.1" }],
    },
    {
      name: "isp2",
      interface: "eth1",
      mark: 2,
      weight: 1,
      tier: 1,
      table: 102,
      gateway: "auto",
      gateway6: "auto",
      nat: "masquerade",
      nat6: "masquerade",
      onDown: "move",
      metered: false,
      drain: null,
      line: null,
      probes: [{ kind: "icmp", address: "1.1.1.1" }],
    },
  ],
  health: {
    intervalMs: 500,
    timeoutMs: "auto",
    downAfterMs: 1000,
    upAfterMs: 10_000,
    quorum: 1,
    degraded: { lossRatio: 0.2, rttMs: 300, share: 0.5 },
    damping: { halfLifeMs: 300_000, suppress: 3, reuse: 1 },
  },
  policies: [],
  sets: [],
  sticky: null,
  share: null,
  alerts: [],
  web: null,
  log: { level: "info" },
}

const complete: Config = {
  router: "rtr-a",
  site: "home",
  stateDir: "/var/lib/evenkeel",
  socket: "/run/evenkeel/control.sock",
  lan: ["eth2", "br-guest"],
  markMask: 0xff00,
  routerTraffic: "leave",
  allDown: "stop marking",
  links: [
    {
      name: "isp1",
      interface: "eth0",
      mark: 0x100,
      weight: 70,
      tier: 1,
      table: 101,
      gateway: "203.0.113.1",
      gateway6: "auto",
      nat: { snat: "203.0.113.5" },
      nat6: "masquerade",
      onDown: "hold",
      metered: false,
      drain: null,
      line: "fibre-1",
      probes: [
        { kind: "icmp", address: "1.1.1.1" },
        { kind: "tcp", address: "9.9.9.9", port: 443 },
      ],
    },
    {
      name: "lte",
      interface: "wwan0",
      mark: 0x200,
      weight: 30,
      tier: 2,
      table: 612,
      gateway: "none",
      gateway6: "auto",
      nat: "none",
      nat6: "none",
      onDown: "move",
      metered: true,
      drain: null,
      line: null,
      probes: [
        { kind: "icmp", address: "1.1.1.1" },
        { kind: "tcp", address: "8.8.8.8", port: 53 },
        { kind: "icmp", address: "2606:4700:4700::1111" },
        { kind: "tcp", address: "2001:4860:4860::8888", port: 53 },
        {
          kind: "http",
          url: "http://connectivity-check.example/generate_204",
          host: "connectivity-check.example",
          expect: 204,
          body: null,
          family: 4,
          resolver: null,
        },
        {
          kind: "http",
          url: "https://check.example/",
          host: "check.example",
          expect: null,
          body: "it works",
          family: 6,
          resolver: { address: "2620:fe::fe", port: 5353 },
        },
        { kind: "dns", address: "9.9.9.9", port: 53, name: "example.com", type: "A", answer: null },
        { kind: "dns", address: "2620:fe::fe", port: 53, name: "example.com", type: "AAAA", answer: "2001:db8::1" },
      ],
    },
  ],
  health: {
    intervalMs: 250,
    timeoutMs: 900,
    downAfterMs: 2000,
    upAfterMs: 300_000,
    quorum: 2,
    degraded: { lossRatio: 0.1, rttMs: 250, share: 0.25 },
    damping: { halfLifeMs: 60_000, suppress: 5, reuse: 2 },
  },
  policies: [
    {
      name: "gaming",
      match: {
        from: ["10.0.0.50/32"],
        to: [],
        proto: [
          { 4: "udp", 6: "udp" },
          { 4: "tcp", 6: "tcp" },
        ],
        sport: [],
        dport: [
          { first: 27_015, last: 27_030 },
          { first: 3478, last: 3478 },
        ],
        set: null,
        dscp: 46,
        in: "eth2",
      },
      use: { kind: "order", links: ["isp1", "lte"] },
      ifDown: "block",
    },
    {
      name: "streaming",
      match: {
        from: [],
        to: [],
        proto: [{ 4: "47", 6: "47" }],
        sport: [],
        dport: [],
        set: "netflix",
        dscp: null,
        in: null,
      },
      use: {
        kind: "balance",
        shares: [
          { link: "isp1", weight: 80 },
          { link: "lte", weight: 20 },
        ],
      },
      ifDown: "next",
    },
  ],
  sets: [
    {
      kind: "owned",
      name: "netflix",
      networks: { 4: asNetworks(["23.246.0.0/18", "37.77.184.0/21"]), 6: asNetworks(["2620:10c:7000::/44"]) },
    },
    { kind: "external", name: "youtube", ipsets: { 4: "youtube", 6: null } },
  ],
  sticky: { forMs: 600_000 },
  alerts: [
    {
      name: "oncall",
      when: ["link.down", "all.down", "agent.stopped"],
      links: ["isp1"],
      forMs: 30_000,
      repeatMs: 3_600_000,
      to: { kind: "exec", command: ["/usr/local/bin/page", "--to", "oncall"], timeoutMs: 5000 },
    },
    {
      name: "mail",
      when: ["link.degraded"],
      links: null,
      forMs: 0,
      repeatMs: null,
      to: {
        kind: "email",
        host: "mail.lan",
        port: 465,
        tls: "always",
        ca: null,
        username: null,
        password: null,
        from: "router@example.com",
        to: ["admin@example.com"],
      },
    },
  ],
  share: {
    store: { kind: "single", host: "redis.lan", port: 6380 },
    login: {
      username: "edge",
      password: expect.any(Function) as () => string,
      passwordFile: null,
      sentinelPassword: null,
      db: 1,
    },
    tls: { ca: "/etc/evenkeel/ca.pem", cert: null, key: null, serverName: "redis.internal" },
    prefix: "keel",
    ttlMs: 30_000,
    follow: null,
    sites: ["office"],
  },
  web: {
    listen: { host: "::1", port: 9477 },
    token: expect.any(Function) as () => string,
    hosts: ["router.lan"],
  },
  log: { level: "debug" },
}

describe("a good configuration", () => {
  test("that is minimal gets every default, and its router the first label of the host name", () => {
    expect(parseConfig(example("minimal"), { hostname: "rtr-b.example.net" })).toEqual({
      ok: true,
      config: minimal,
      lacking: [],
    })
  })

  test("that is complete is read key by key", () => {
    expect(parseConfig(example("complete"), NO_NAME)).toEqual({ ok: true, config: complete, lacking: [] })
  })

  test("may be written as JSON", () => {
    const json = JSON.stringify({
      lan: [],
      links: [{ name: "a", interface: "w0", mark: 1 }],
      probes: [{ icmp: "9.9.9.9" }],
    })
    expect(parseConfig(json, { hostname: "h" })).toMatchObject({ ok: true, config: { router: "h", lan: [] } })
  })

  test("may share a list by an alias, and needs no shared probes when each link has its own", () => {
    const text = `
lan: [eth2]
router: r
links:
  - { name: a, interface: w0, mark: 1, probes: &targets [{ icmp: 9.9.9.9 }] }
  - { name: b, interface: w1, mark: 2, probes: *targets }`
    const probes = [{ kind: "icmp", address: "9.9.9.9" }]
    expect(parseConfig(text, NO_NAME)).toMatchObject({ ok: true, config: { links: [{ probes }, { probes }] } })
  })
})

describe("a bad configuration", () => {
  test.each([...BAD, ...BAD_POLICIES])("with $what is refused, naming exactly what is wrong", ({ text, problems }) => {
    const found = problemsIn(parseConfig(text, NO_NAME))
    expect(found.map(({ path }) => path)).toEqual(problems.map(([path]) => path))
    for (const [index, [, fragment]] of problems.entries()) expect(found[index]?.message).toContain(fragment)
  })

  test("has all its problems told at once: shape, unknown keys and rules across values", () => {
    const text = `
rooter: rtr-a
lan: [eth1]
links:
  - { name: isp1, interface: eth0, mark: 1.5, weight: 70 }
  - { name: isp1, interface: eth1, mark: 2, gatewy: auto, table: 255 }
probes: [{ icmp: 127.0.0.1 }]
health: { interval: 2s, upAfter: 10 }`
    expect(
      problemsIn(parseConfig(text, NO_NAME))
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual([
      "health.downAfter",
      "health.upAfter",
      "links[0].mark",
      "links[1].gatewy",
      "links[1].interface",
      "links[1].name",
      "links[1].table",
      "probes[0].icmp",
      "rooter",
      "router",
    ])
  })

  test("is not blamed for the consequences of a problem that is told already", () => {
    const text = `
router: r
lan: 5
routerTraffic: leave
links: [{ name: a, interface: w0, mark: 1, probes: [{ icmp: x }] }, { name: b, interface: w1, mark: x, table: y }]
probes: nothing
health: { quorum: 1 }`
    const paths = problemsIn(parseConfig(text, NO_NAME)).map(({ path }) => path)
    expect(paths).toEqual(["lan", "links[0].probes[0].icmp", "links[1].mark", "links[1].table", "probes"])
  })

  test("of very many problems has them counted, not all listed", () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join("\n")
    const found = problemsIn(parseConfig(`${example("minimal")}\n${keys}`, { hostname: "h" }))
    expect(found).toHaveLength(201)
    expect(found.at(-1)).toEqual({ path: "file", message: "and 800 more problems" })
  })
})

describe("the router's name", () => {
  const nameless = example("minimal")

  test("is refused where the host name would be needed and is no name", () => {
    expect(problemsIn(parseConfig(nameless, { hostname: "my_router!.lan" }))).toEqual([
      { path: "router", message: expect.stringContaining('the host name "my_router!.lan" cannot stand in') as string },
    ])
  })

  test("needs no host name when the file gives one", () => {
    expect(parseConfig(`router: edge\n${nameless}`, { hostname: "" })).toMatchObject({ config: { router: "edge" } })
  })
})

describe("any text at all", () => {
  const json = fc.json({ maxDepth: 6 })
  const yamlish = fc.string({ unit: fc.constantFrom(...Array.from("a:-?[]{}&*!|>'\"%@`#,\n\t 0<=~\\\u0000é")) })

  test("is read or refused, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(json, yamlish, fc.string({ unit: "binary" })), text => {
        const result = parseConfig(text, NO_NAME)
        expect(result.ok || result.problems.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test("in the place of any value is read or refused with one line for each problem", () => {
    const links = fc.array(fc.record({ name: fc.jsonValue(), interface: fc.jsonValue(), nat: fc.jsonValue() }))
    const file = fc.record({ lan: fc.jsonValue(), links: fc.oneof(links, fc.jsonValue()), health: fc.jsonValue() })
    fc.assert(
      fc.property(file, value => {
        for (const { path, message } of problemsIn(parseConfig(JSON.stringify(value), NO_NAME)))
          expect(`${path}: ${message}`).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
