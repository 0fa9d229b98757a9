import { inspect } from "node:util"
import { describe, expect, test } from "vitest"
import { parseConfig } from "../../src/config/parse.ts"

const isp1 = { name: "isp1", interface: "eth0", mark: 1 }
const good = { router: "rtr-a", site: "home", lan: ["eth2"], links: [isp1], probes: [{ icmp: "192.0.2.1" }] }

function parsed(share: object, changes: object = {}, environment: Readonly<Record<string, string>> = {}) {
  return parseConfig(JSON.stringify({ ...good, ...changes, share }), { hostname: "", environment })
}

function shareOf(share: object, environment: Readonly<Record<string, string>> = {}) {
  const result = parsed(share, {}, environment)
  if (!result.ok || result.config.share === null) throw new Error(JSON.stringify(result))
  return result.config.share
}

function problems(share: object, changes: object = {}) {
  const result = parsed(share, changes)
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`)
}

const refused: readonly (readonly [what: string, share: object, path: string, fragment: string])[] = [
  ["no way to Redis", {}, "share", "found none, expected exactly one of redis, sentinels, cluster"],
  ["two ways", { redis: "redis://a", cluster: ["b"] }, "share", "found redis and cluster"],
  ["an address of something else", { redis: "http://a" }, "share.redis", "such as redis://HOST:6379"],
  ["an address with options", { redis: "redis://a?x=1" }, "share.redis", "cannot be used"],
  ["a host that is a command", { redis: "redis://$(id)" }, "share.redis", "cannot be used"],
  ["a relative socket", { redis: "unix://run/redis.sock" }, "share.redis", "cannot be used"],
  ["sentinels without a name", { sentinels: ["a:26379"] }, "share.name", "as the sentinels call it"],
  ["a name without sentinels", { redis: "redis://a", name: "m" }, "share.name", "only sentinels"],
  ["a port out of range", { cluster: ["a:99999"] }, "share.cluster[0]", "expected a host and a port"],
  [
    "an endpoint's unknown key",
    { cluster: [{ host: "a", prot: 1 }] },
    "share.cluster[0].prot",
    "expected one of host, port",
  ],
  ["a password twice", { redis: "redis://:x@a", password: "y" }, "share.password", "also in share.redis"],
  [
    "a password and a file",
    { redis: "redis://a", password: "y", passwordFile: "/p" },
    "share.passwordFile",
    "keep one",
  ],
  ["a user twice", { redis: "redis://u@a", username: "v" }, "share.username", "also in share.redis"],
  ["a database beside an address", { redis: "redis://a", db: 1 }, "share.db", "redis://HOST:PORT/1"],
  ["a database of a cluster", { cluster: ["a"], db: 1 }, "share.db", "only database 0"],
  [
    "a sentinels' password without them",
    { redis: "redis://a", sentinelPassword: "x" },
    "share.sentinelPassword",
    "remove it",
  ],
  ["tls on an open address", { redis: "redis://a", tls: {} }, "share.tls", "write rediss://"],
  ["a certificate without its key", { redis: "rediss://a", tls: { cert: "/c" } }, "share.tls", "go together"],
  ["a prefix that breaks the hash tag", { redis: "redis://a", prefix: "a}b" }, "share.prefix", "a name"],
  ["a ttl of nothing", { redis: "redis://a", ttl: "1s" }, "share.ttl", "from 2s"],
  [
    "a variable that is not set",
    { redis: "redis://a", password: "${NOWHERE}" },
    "share.password",
    "${NOWHERE} is not set",
  ],
  ["following oneself", { redis: "redis://a", follow: "rtr-a" }, "share.follow", "which is this router"],
  ["following without a line", { redis: "redis://a", follow: "rtr-b" }, "share.follow", "give links a line"],
  ["one's own site among the others", { redis: "redis://a", sites: ["b", "home"] }, "share.sites[1]", "own site"],
]

test.each(refused)("refused: %s", (_, share, path, fragment) => {
  const found = problems(share)
  expect(found.filter(line => line.startsWith(`${path}: `) && line.includes(fragment))).toHaveLength(1)
})

describe("a way to Redis", () => {
  test("has the defaults of Redis", () => {
    const nobody = { username: null, password: null, passwordFile: null, sentinelPassword: null, db: 0 }
    expect(shareOf({ redis: "redis://10.0.0.5" })).toEqual({
      store: { kind: "single", host: "10.0.0.5", port: 6379 },
      login: nobody,
      tls: null,
      prefix: "evenkeel",
      ttlMs: 15_000,
      follow: null,
      sites: [],
    })
  })

  test("may be a socket, an IPv6 address, sentinels or a cluster, written either way", () => {
    expect(shareOf({ redis: "unix:///run/redis/redis.sock" }).store).toEqual({
      kind: "socket",
      path: "/run/redis/redis.sock",
    })
    expect(shareOf({ redis: "redis://[fd00::5]:7000/3" })).toMatchObject({
      store: { host: "fd00::5", port: 7000 },
      login: { db: 3 },
    })
    expect(shareOf({ sentinels: ["a", { host: "b", port: 7 }], name: "m" }).store).toEqual({
      kind: "sentinels",
      sentinels: [
        { host: "a", port: 26_379 },
        { host: "b", port: 7 },
      ],
      name: "m",
    })
    expect(shareOf({ cluster: ["[fd00::6]:7001"] }).store).toEqual({
      kind: "cluster",
      nodes: [{ host: "fd00::6", port: 7001 }],
    })
  })
})

describe("a secret", () => {
  test.each([
    { redis: "redis://a", username: "edge:hunter2" },
    { redis: "redis://a", passwordFile: "hunter2" },
    { redis: "redis://a", tls: { serverName: ":hunter2@a" } },
    { sentinels: ["redis://:hunter2@a:26379"], name: "m" },
    { cluster: ["redis://:hunter2@a"] },
    { cluster: [{ host: ":hunter2@a" }] },
  ])("in the wrong place is not repeated: %j", share => {
    const found = problems(share)
    expect(found).not.toEqual([])
    expect(found.join()).not.toContain("hunter2")
  })

  test("where the user's name stands is refused", () => {
    expect(problems({ redis: "redis://${PASSWORD}@a" })).toMatchObject([expect.stringContaining("cannot be used")])
  })

  test("is needed by those who reach Redis only", () => {
    const written = JSON.stringify({ ...good, share: { redis: "redis://:${PASSWORD}@a" } })
    expect(parseConfig(written, { hostname: "", environment: null })).toMatchObject({ ok: true })
    expect(parseConfig(written, { hostname: "", environment: {} })).toMatchObject({ ok: false })
  })

  const secret = "p@ss/w0rd:%"

  test("comes from the environment as it is, also within an address", () => {
    const share = shareOf({ redis: "rediss://edge:${REDIS_PASSWORD}@redis.lan" }, { REDIS_PASSWORD: secret })
    expect(share.login.password?.()).toBe(secret)
    expect(share).toMatchObject({ login: { username: "edge" }, tls: { ca: null }, store: { host: "redis.lan" } })
  })

  test("is in nothing that prints a configuration", () => {
    const share = shareOf({ redis: "redis://a", password: secret })
    expect(JSON.stringify(share)).not.toContain("w0rd")
    expect(inspect(share, { depth: 9 })).not.toContain("w0rd")
  })

  test("is in no complaint about it", () => {
    const all = [
      problems({ redis: `http://edge:${secret}@a` }),
      problems({ redis: "redis://a", password: secret.repeat(500) }),
      problems({ redis: "redis://a", password: 12_345 }),
    ]
    expect(all.flat()).toHaveLength(3)
    expect(JSON.stringify(all)).not.toMatch(/w0rd|12.?345/)
  })
})

describe("a link without probes", () => {
  const followed = { redis: "redis://a", follow: "rtr-b" }
  const line = { ...isp1, line: "fibre-1" }

  test("is one whose line the followed router decides for", () => {
    expect(problems(followed, { links: [line], probes: undefined })).toEqual([])
    expect(problems(followed, { links: [{ ...line, probes: [] }] })).toEqual([])
  })

  test("and no other", () => {
    const other = { name: "isp2", interface: "eth1", mark: 2, probes: [] }
    expect(problems(followed, { links: [line, other] })).toEqual([
      "links[1].probes: found an empty list, expected a list of 1 to 32 probes; only a link whose line share.follow decides for needs none",
    ])
    expect(problems({ redis: "redis://a" }, { links: [line], probes: [] })).toHaveLength(1)
  })
})

test.each([
  ["an alias", "web: { listen: 127.0.0.1:9477, token: *tellnobody }"],
  ["an alias on a line of its own", "web:\n  token: *tellnobody\n"],
  ["what stands after a value", 'web:\n  token: "a" tellnobody\n'],
  ["what stands after a bracket", "web: { token: a } tellnobody\n"],
])("a secret that YAML takes for %s is not repeated", (_, text) => {
  const result = parseConfig(text, { hostname: "rtr-a" })
  expect(result.ok).toBe(false)
  expect(JSON.stringify(result)).not.toContain("tellnobody")
})
