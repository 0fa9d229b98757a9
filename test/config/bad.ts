/** A configuration that must be refused, and every problem that must be named: its path, and part of its message. */
export interface Bad {
  readonly what: string
  readonly text: string
  readonly problems: readonly (readonly [path: string, fragment: string])[]
}

export type Changes = Readonly<Record<string, unknown>>

const isp1 = { name: "isp1", interface: "eth0", mark: 1 }
const isp2 = { name: "isp2", interface: "eth1", mark: 2 }
const good = { router: "rtr-a", lan: ["eth2"], links: [isp1, isp2], probes: [{ icmp: "192.0.2.1" }] }

/** A good configuration with `changes`; undefined takes a key away. */
function withChanges(changes: Changes): string {
  return JSON.stringify({ ...good, ...changes })
}

export function bad(what: string, changes: Changes, ...problems: Bad["problems"]): Bad {
  return { what, text: withChanges(changes), problems }
}

function badLink(what: string, changes: Changes, ...problems: Bad["problems"]): Bad {
  return bad(what, { links: [isp1, { ...isp2, ...changes }] }, ...problems)
}

function badText(what: string, text: string, ...problems: Bad["problems"]): Bad {
  return { what, text, problems }
}

function badProbe(what: string, probe: unknown, path: string, fragment: string): Bad {
  return bad(what, { probes: [{ icmp: "192.0.2.1" }, probe] }, [path, fragment])
}

const wholeFile: readonly Bad[] = [
  badText("an empty file", "", ["file", "found nothing"]),
  badText("a file of comments", "# later\n", ["file", "found nothing"]),
  badText("a list at the top", "- lan: [eth2]", ["file", "found a list of 1, expected a mapping"]),
  badText("a bare word", "evenkeel", ["file", 'found the text "evenkeel"']),
  badText("a key given twice", "site: a\nlan: []\nsite: b", ["line 3, column 1", "stands twice"]),
  badText("two documents", "site: a\n---\nsite: b", ["line 2, column 1", "second document"]),
  badText("a tab as indentation", "log:\n\tlevel: info", ["line 2, column 1", "tab"]),
  badText("an unclosed bracket", "lan: [eth2", ["line 1, column 11", "must be"]),
  badText("an unknown tag", "site: !!js/function x", ["line 1, column 7", "unknown tag"]),
  badText("an alias without an anchor", "lan: *lan", ["file", "an alias"]),
  badText("brackets without end", "[".repeat(100_000), ["file", "nest deeper than 32"]),
  badText(
    "aliases that multiply",
    "a: &a [x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d]",
    ["file", "too many"],
  ),
]

const keys: readonly Bad[] = [
  badText(
    "none of the keys that are required",
    "router: r",
    ["lan", "missing"],
    ["links", "missing"],
    ["probes", "missing"],
  ),
  bad("an unknown key", { pools: [] }, ["pools", "unknown key, expected one of router, site,"]),
  bad("a misspelt key", { marksMask: 1 }, ["marksMask", "did you mean markMask?"]),
  bad("a key in another style", { "router-traffic": "leave" }, ["router-traffic", "did you mean routerTraffic?"]),
  badLink("an unknown key in a link", { gatway: "auto" }, ["links[1].gatway", "did you mean gateway?"]),
  bad("an unknown key in health", { health: { dampening: {} } }, ["health.dampening", "did you mean damping?"]),
  bad("an unknown kind of probe", { probes: [{ smtp: "192.0.2.1" }] }, [
    "probes[0].smtp",
    "expected one of icmp, tcp, http, dns",
  ]),
  bad("a key that would forge a line", { "a\nlinks: ok": 1 }, ['["a\\nlinks: ok"]', "unknown key"]),
  badText("a key named __proto__", withChanges({}).replace("{", '{"__proto__":{"lan":[]},'), [
    "__proto__",
    "unknown key",
  ]),
  bad("a key without a value", { health: null }, ["health", "found an empty value, expected a mapping"]),
]

const router: readonly Bad[] = [
  bad("a router name with a space", { router: "rtr a" }, ["router", 'found the text "rtr a"']),
  bad("a number as the router's name", { router: 7 }, ["router", "put it in quotes"]),
  bad("an environment variable outside secrets", { site: "${SITE}" }, ["site", "expected a name"]),
  bad("a site that leaves its directory", { site: "../x" }, ["site", "expected a name"]),
  bad("a relative stateDir", { stateDir: "lib/evenkeel" }, ["stateDir", "an absolute path"]),
  bad("a stateDir with ..", { stateDir: "/var/lib/../../etc" }, ["stateDir", "no `..`"]),
  bad("a stateDir with a line break", { stateDir: "/var\n/lib" }, ["stateDir", 'found the text "/var\\n/lib"']),
  bad("the root as stateDir", { stateDir: "/" }, ["stateDir", "an absolute path"]),
  bad("a socket longer than sun_path", { socket: `/${"x".repeat(107)}` }, ["socket", "at most 107 bytes"]),
  bad("a socket where stateDir is", { stateDir: "/srv/ek", socket: "/srv/ek" }, ["socket", "needs a directory"]),
  bad("an unknown log level", { log: { level: "loud" } }, ["log.level", "expected one of: trace, debug, info"]),
  bad("lan as one word", { lan: "eth2" }, ["lan", 'found the text "eth2", expected a list']),
  bad("the loopback as LAN", { lan: ["lo"] }, ["lan[0]", "leads somewhere"]),
  bad("a LAN interface named twice", { lan: ["eth2", "eth3", "eth2"] }, ["lan[2]", "already lan[0]"]),
  bad("nothing to balance", { lan: [], routerTraffic: "leave" }, ["lan", "name a LAN interface"]),
  bad("an unknown routerTraffic", { routerTraffic: "drop" }, ["routerTraffic", "expected one of: balance, leave"]),
  bad("an unknown allDown", { allDown: "stop" }, ["allDown", "expected one of: keep, stop marking, unreachable"]),
  bad("a markMask of 0", { markMask: 0 }, ["markMask", "from 1 to 4294967295"]),
  bad("a markMask of 33 bits", { markMask: 2 ** 32 }, ["markMask", "found 4294967296"]),
]

const links: readonly Bad[] = [
  bad("no links", { links: [] }, ["links", "found an empty list, expected a list of 1 to 64 links"]),
  bad("a link as a word", { links: [isp1, "eth1"] }, ["links[1]", "expected a link"]),
  bad(
    "65 links",
    { links: Array.from({ length: 65 }, (_, i) => ({ name: `l${i}`, interface: `w${i}`, mark: i + 1 })) },
    ["links", "found a list of 65"],
  ),
  badLink("a link without a name", { name: undefined }, ["links[1].name", "missing; expected a name"]),
  badLink("a link without a mark", { mark: undefined }, ["links[1].mark", "missing; expected a whole number"]),
  badLink("two links of one name", { name: "isp1" }, ["links[1].name", "already the name of links[0] (isp1)"]),
  badLink("two links on one interface", { interface: "eth0" }, [
    "links[1].interface",
    "already the interface of links[0]",
  ]),
  badLink("two links of one mark", { mark: 1 }, ["links[1].mark", "already the mark of links[0] (isp1)"]),
  badLink("two links of one table", { table: 101 }, ["links[1].table", "already the table of links[0]"]),
  badLink("a link on a LAN interface", { interface: "eth2" }, ["links[1].interface", "also in lan"]),
  badLink("a name like an option", { name: "--json" }, ["links[1].name", "the first a letter or digit"]),
  badLink("an interface like an option", { interface: "-A" }, ["links[1].interface", "not beginning with"]),
  badLink("an interface with a second rule", { interface: "eth1\n-A INPUT" }, [
    "links[1].interface",
    '"eth1\\n-A INPUT"',
  ]),
  badLink("an interface with a second word", { interface: "eth1 -j DROP" }, [
    "links[1].interface",
    "an interface name",
  ]),
  badLink("a wildcard interface", { interface: "wan+" }, ["links[1].interface", "an interface name"]),
  badLink("an interface that is a path", { interface: "../eth1" }, ["links[1].interface", "an interface name"]),
  badLink("an interface of 16 bytes", { interface: "abcdefghijklmnop" }, ["links[1].interface", "at most 15"]),
  badLink("an interface as ip prints it", { interface: "eth0.5@eth0" }, ["links[1].interface", "before the @"]),
  badLink("an interface the kernel refuses", { interface: "all" }, ["links[1].interface", "leads somewhere"]),
  badLink("a mark of 0", { mark: 0 }, ["links[1].mark", "found 0, expected a whole number from 1"]),
  badLink("a mark in quotes", { mark: "0x2" }, ["links[1].mark", "remove the quotes"]),
  badLink("a mark outside the mask", { mark: 256 }, ["links[1].mark", "found 0x100, which has bits outside markMask"]),
  bad("the mark that unreachable keeps", { allDown: "unreachable", links: [isp1, { ...isp2, mark: 255 }] }, [
    "links[1].mark",
    "all of markMask",
  ]),
  badLink("half a weight", { weight: 0.5 }, ["links[1].weight", "found 0.5, expected a whole number"]),
  badLink("a negative weight", { weight: -1 }, ["links[1].weight", "found -1"]),
  bad(
    "weights that are all 0",
    {
      links: [
        { ...isp1, weight: 0 },
        { ...isp2, weight: 0 },
      ],
    },
    ["links", "every weight is 0"],
  ),
  badLink("tier 0", { tier: 0 }, ["links[1].tier", "from 1 to 100"]),
  badLink("table 0", { table: 0 }, ["links[1].table", "from 1 to 4294967295"]),
  badLink("the main table", { table: 254 }, ["links[1].table", "the kernel's main table"]),
  badLink("a default table of the kernel's", { mark: 155 }, ["links[1].table", "found 255, the kernel's local table"]),
  bad("a default table of 33 bits", { markMask: 0xffffffff, links: [isp1, { ...isp2, mark: 0xffffffff }] }, [
    "links[1].table",
    "more than 32 bits",
  ]),
  badLink("a gateway by name", { gateway: "router.lan" }, [
    "links[1].gateway",
    "expected auto, none or the IPv4 address",
  ]),
  badLink("a gateway with an option", { gateway: "192.0.2.1 dev eth9" }, [
    "links[1].gateway",
    "expected auto, none or",
  ]),
  badLink("a gateway in octal", { gateway: "192.0.2.010" }, ["links[1].gateway", "four decimal parts"]),
  badLink("an IPv6 gateway", { gateway: "fe80::1" }, ["links[1].gateway", "four decimal parts"]),
  badLink("a loopback gateway", { gateway: "127.0.0.1" }, ["links[1].gateway", "a loopback address"]),
  badLink("an unknown nat", { nat: "snat" }, ["links[1].nat", "expected masquerade, none or { snat: ADDRESS }"]),
  badLink("snat without an address", { nat: {} }, ["links[1].nat.snat", "missing"]),
  badLink("snat to a range", { nat: { snat: "192.0.2.1-192.0.2.9" } }, [
    "links[1].nat.snat",
    "the IPv4 address of one host",
  ]),
  badLink("snat with another key", { nat: { snat: "192.0.2.1", persistent: true } }, [
    "links[1].nat.persistent",
    "unknown key",
  ]),
  badLink("an unknown onDown", { onDown: "kill" }, ["links[1].onDown", "expected one of: move, hold"]),
  badLink("yes for true", { metered: "yes" }, ["links[1].metered", 'found the text "yes", expected true or false']),
]

const probes: readonly Bad[] = [
  bad("no probes anywhere", { probes: undefined }, ["probes", "missing, and links[0] (isp1) has no list of its own"]),
  bad("an empty shared list", { probes: [] }, ["probes", "found an empty list, and links[0] (isp1)"]),
  badLink("an empty list of a link", { probes: [] }, ["links[1].probes", "expected a list of 1 to 32 probes"]),
  badProbe("a probe as a word", "192.0.2.1", "probes[1]", "expected a probe, such as"),
  badProbe("an empty probe", {}, "probes[1]", "expected exactly one of icmp, tcp, http, dns"),
  badProbe("a link-local target", { tcp: "[fe80::1]:53" }, "probes[1].tcp", "a link-local address"),
  badProbe("an IPv6 zone", { icmp: "fe80::1%eth0" }, "probes[1].icmp", "IPv4 or IPv6 address"),
  badProbe("a user's name in a URL", { http: "http://a:b@example.com/" }, "probes[1].http", "a user's name"),
  badProbe(
    "a redirect as expected answer",
    { http: "http://a.example/", expect: 302 },
    "probes[1].expect",
    "redirects",
  ),
  badProbe("a status of two digits", { http: "http://a.example/", expect: 20 }, "probes[1].expect", "from 200 to 599"),
  badProbe("a status as text", { http: "http://a.example/", expect: "204" }, "probes[1].expect", "remove the quotes"),
  badProbe(
    "a body over two lines",
    { http: "http://a.example/", body: "a\nb" },
    "probes[1].body",
    "control characters",
  ),
  badProbe("IP version 5", { http: "http://a.example/", family: 5 }, "probes[1].family", "expected 4 or 6"),
  badProbe(
    "a family that the URL gainsays",
    { http: "http://192.0.2.1/", family: 6 },
    "probes[1].family",
    "says it itself",
  ),
  badProbe(
    "a resolver for an address",
    { http: "http://[2001:db8::1]/", resolver: "192.0.2.1" },
    "probes[1].resolver",
    "no name is looked up",
  ),
  badProbe(
    "a resolver by name",
    { http: "http://a.example/", resolver: "dns.example" },
    "probes[1].resolver",
    "IPv4 or IPv6",
  ),
  badProbe("a key of http with icmp", { icmp: "192.0.2.2", expect: 204 }, "probes[1].expect", "only an http probe"),
  badProbe("dns without a name", { dns: { server: "192.0.2.1" } }, "probes[1].dns.name", "missing"),
  badProbe(
    "dns for an address",
    { dns: { server: "192.0.2.1", name: "192.0.2.1" } },
    "probes[1].dns.name",
    "a host name in ASCII",
  ),
  badProbe(
    "dns for MX",
    { dns: { server: "192.0.2.1", name: "a.example", type: "MX" } },
    "probes[1].dns.type",
    "A, AAAA",
  ),
  badProbe(
    "an answer that its type cannot hold",
    { dns: { server: "192.0.2.1", name: "a.example", type: "AAAA", answer: "192.0.2.1" } },
    "probes[1].dns.answer",
    "no record of type AAAA",
  ),
  badProbe(
    "two kinds in one probe",
    { icmp: "192.0.2.1", tcp: "192.0.2.1:53" },
    "probes[1]",
    "icmp and tcp in one probe",
  ),
  badProbe("a host name as target", { icmp: "dns.example" }, "probes[1].icmp", "IPv4 or IPv6 address"),
  badProbe("a loopback target", { icmp: "127.1.1.1" }, "probes[1].icmp", "answers by itself"),
  badProbe("an unspecified target", { icmp: "0.0.0.0" }, "probes[1].icmp", "nothing answers there"),
  badProbe("a multicast target", { icmp: "224.0.0.1" }, "probes[1].icmp", "a multicast address"),
  badProbe("a broadcast target", { tcp: "255.255.255.255:53" }, "probes[1].tcp", "the broadcast address"),
  badProbe("a target without a port", { tcp: "192.0.2.1" }, "probes[1].tcp", "a port from 1 to 65535"),
  badProbe("port 0", { tcp: "192.0.2.1:0" }, "probes[1].tcp", "a port from 1 to 65535"),
  badProbe("port 65536", { tcp: "192.0.2.1:65536" }, "probes[1].tcp", "a port from 1 to 65535"),
  badProbe("a probe asked twice", { icmp: "192.0.2.1" }, "probes[1]", "found icmp 192.0.2.1, already item 0"),
  badLink("a probe asked twice by a link", { probes: [{ tcp: "192.0.2.1:53" }, { tcp: "192.0.2.1:53" }] }, [
    "links[1].probes[1]",
    "ask it once",
  ]),
]

const health: readonly Bad[] = [
  bad("a duration without a unit", { health: { interval: 500 } }, ["health.interval", "write the unit"]),
  bad("a duration in an unknown unit", { health: { upAfter: "1d" } }, ["health.upAfter", "from 0ms to 24h"]),
  bad("half a second", { health: { upAfter: "0.5s" } }, ["health.upAfter", "such as 250ms"]),
  bad("a negative duration", { health: { upAfter: "-1s" } }, ["health.upAfter", 'found the text "-1s"']),
  bad("an interval too short", { health: { interval: "49ms" } }, ["health.interval", "from 50ms to 1m"]),
  bad("an interval too long", { health: { interval: "61s", downAfter: "5m" } }, ["health.interval", "from 50ms to 1m"]),
  bad("an unknown timeout", { health: { timeout: "never" } }, ["health.timeout", "expected auto or a duration"]),
  bad("a downAfter too short", { health: { interval: "50ms", downAfter: "99ms" } }, [
    "health.downAfter",
    "from 100ms to 1h",
  ]),
  bad("a downAfter below the interval", { health: { downAfter: "200ms" } }, [
    "health.downAfter",
    "shorter than interval (500ms)",
  ]),
  bad("an interval above downAfter", { health: { interval: "2s" } }, [
    "health.downAfter",
    "1s is shorter than interval (2s)",
  ]),
  bad("a timeout above downAfter", { health: { timeout: "2s" } }, [
    "health.timeout",
    "2s is longer than downAfter (1s)",
  ]),
  bad("a loss without its sign", { health: { degraded: { loss: 20 } } }, ["health.degraded.loss", "write the % sign"]),
  bad("a loss of nothing", { health: { degraded: { loss: "0%" } } }, ["health.degraded.loss", "from 1% to 90%"]),
  bad("a loss in words", { health: { degraded: { loss: "a lot" } } }, [
    "health.degraded.loss",
    'found the text "a lot"',
  ]),
  bad("an rtt without a unit", { health: { degraded: { rtt: 300 } } }, ["health.degraded.rtt", "write the unit"]),
  bad("a share of nothing", { health: { degraded: { share: "0%" } } }, ["health.degraded.share", "from 1% to 100%"]),
  bad("a share of more than all", { health: { degraded: { share: "101%" } } }, ["health.degraded.share", "to 100%"]),
  bad("an unknown key in degraded", { health: { degraded: { lost: "20%" } } }, ["health.degraded.lost", "mean loss"]),
  bad("a reuse that is no less than suppress", { health: { damping: { reuse: 3 } } }, [
    "health.damping.reuse",
    "expected less than suppress (3)",
  ]),
  bad("a penalty that never decays", { health: { damping: { halfLife: "0s" } } }, [
    "health.damping.halfLife",
    "from 1s",
  ]),
  bad("a quorum of 0", { health: { quorum: 0 } }, ["health.quorum", "from 1 to 32"]),
  bad("a quorum no link can reach", { health: { quorum: 2 } }, ["health.quorum", "links[0] (isp1) has only 1 to ask"]),
]

export const BAD: readonly Bad[] = [...wholeFile, ...keys, ...router, ...links, ...probes, ...health]
