import { bad, type Bad, type Changes } from "./bad.ts"

function badPolicy(what: string, changes: Changes, path: string, fragment: string): Bad {
  const policy = { name: "p", match: { proto: "tcp" }, use: "isp1", ...changes }
  return bad(what, { policies: [policy], sets: { s: ["192.0.2.0/24"], f: { file: "/x/y" } } }, [path, fragment])
}

function badMatch(what: string, match: Changes, key: string, fragment: string): Bad {
  return badPolicy(what, { match }, `policies[0].match${key}`, fragment)
}

function badSet(what: string, set: unknown, path: string, fragment: string, name = "s"): Bad {
  return bad(what, { sets: { [name]: set } }, [path, fragment])
}

export const BAD_POLICIES: readonly Bad[] = [
  bad("a policy as a word", { policies: ["gaming"] }, ["policies[0]", "expected a policy"]),
  bad(
    "two policies of one name",
    { policies: [1, 2].map(mark => ({ name: "p", match: { dscp: mark }, use: "isp1" })) },
    ["policies[1].name", "already the name of policies[0]"],
  ),
  badPolicy("a policy with use and balance", { balance: { isp1: 1 } }, "policies[0]", "found use and balance"),
  badPolicy("a policy with neither", { use: undefined }, "policies[0]", "found neither use nor balance"),
  badPolicy("a policy without a match", { match: undefined }, "policies[0].match", "missing"),
  badPolicy("an unknown link", { use: ["isp1", "isp9"] }, "policies[0].use[1]", "expected a link: isp1, isp2"),
  badPolicy("a link named twice", { use: ["isp1", "isp1"] }, "policies[0].use[1]", "a second time"),
  badPolicy("no link", { use: [] }, "policies[0].use", "a list of 1 to 64 links"),
  badPolicy(
    "an unknown link with a weight",
    { use: undefined, balance: { isp9: 1 } },
    "policies[0].balance.isp9",
    "no such link",
  ),
  badPolicy("weights of 0", { use: undefined, balance: { isp1: 0 } }, "policies[0].balance", "above 0"),
  badPolicy("half a weight", { use: undefined, balance: { isp1: 0.5 } }, "policies[0].balance.isp1", "a whole number"),
  badPolicy("an unknown ifDown", { ifDown: "drop" }, "policies[0].ifDown", "one of: next, balance, block"),
  bad(
    "what is refused, with a link that has the mark for it",
    {
      markMask: 3,
      links: [
        { name: "isp1", interface: "eth0", mark: 1 },
        { name: "isp3", interface: "eth1", mark: 3 },
      ],
      policies: [{ name: "p", match: { proto: "tcp" }, use: "isp1", ifDown: "block" }],
    },
    ["policies[0].ifDown", "give isp3 another mark"],
  ),
  badMatch("a match of nothing", {}, "", "would match every flow"),
  badMatch("a match of empty lists", { from: [], to: [] }, "", "would match every flow"),
  badMatch("a misspelt condition", { proto: "tcp", dports: 1 }, ".dports", "did you mean dport?"),
  badMatch(
    "an address within a network",
    { from: "10.0.0.5/24" },
    ".from[0]",
    "write 10.0.0.0/24 for the network, or 10.0.0.5",
  ),
  badMatch("an IPv6 address within a network", { to: ["2001:DB8::1/32"] }, ".to[0]", "write 2001:db8::/32"),
  badMatch("octal parts", { from: "010.0.0.1" }, ".from[0]", "an address or a network"),
  badMatch("a length beyond the family's", { from: "10.0.0.0/33" }, ".from[0]", "an address or a network"),
  badMatch("a zone", { from: "fe80::1%eth0" }, ".from[0]", "an address or a network"),
  badMatch("IPv4 in IPv6's clothes", { from: "::ffff:10.0.0.1" }, ".from[0]", "write it as IPv4"),
  badMatch("a network with a second option", { from: "10.0.0.0/8 -j DROP" }, ".from[0]", "an address or a network"),
  badMatch("a network with a second line", { to: "10.0.0.0/8\nCOMMIT" }, ".to[0]", "an address or a network"),
  badMatch("a negated network", { to: "!10.0.0.0/8" }, ".to[0]", "an address or a network"),
  badMatch(
    "one family from, the other to",
    { from: "10.0.0.0/8", to: "2001:db8::/32" },
    ".to",
    "no packet can be both",
  ),
  badMatch("a set of the other family", { from: "2001:db8::/32", set: "s" }, ".set", "no packet can be both"),
  badMatch("an unknown protocol", { proto: "smtp" }, ".proto[0]", "expected tcp, udp, icmp"),
  badMatch("a protocol of 0", { proto: 0 }, ".proto[0]", "from 1 to 255"),
  badMatch("a protocol named after a property", { proto: "constructor" }, ".proto[0]", "expected tcp"),
  badMatch("ports without a protocol", { dport: 443 }, ".dport", "found ports and no proto"),
  badMatch("ports of a protocol that has none", { proto: ["tcp", "icmp"], sport: 53 }, ".sport", "not every proto"),
  badMatch("port 0", { proto: "tcp", dport: 0 }, ".dport[0]", "a port from 1 to 65535"),
  badMatch("a port too high", { proto: "tcp", dport: 65_536 }, ".dport[0]", "a port from 1 to 65535"),
  badMatch("a range that runs backwards", { proto: "tcp", dport: "20-10" }, ".dport[0]", "a port from 1"),
  badMatch("an open range", { proto: "tcp", dport: "1024-" }, ".dport[0]", "a port from 1"),
  badMatch("a service's name", { proto: "tcp", dport: "https" }, ".dport[0]", "a port from 1"),
  badMatch("a dscp of seven bits", { dscp: 64 }, ".dscp", "a number from 0 to 63"),
  badMatch("an unknown dscp", { dscp: "af44" }, ".dscp", "such as ef, af41 or cs1"),
  badMatch("an unknown set", { set: "t" }, ".set", "expected one of s, f"),
  badMatch("an interface that is no LAN", { in: "eth9" }, ".in", "expected one of eth2"),
  badMatch("an interface with a second word", { in: "eth2 -j" }, ".in", "an interface name"),
  badMatch(
    "more rules than a ruleset should have",
    {
      from: Array.from({ length: 17 }, (_, i) => `10.0.${i}.0/24`),
      to: Array.from({ length: 16 }, (_, i) => `192.0.2.${i}`),
    },
    "",
    "would take 272 rules, expected at most 256",
  ),
  bad("an unknown set where there are none", { policies: [{ name: "p", match: { set: "s" }, use: "isp1" }] }, [
    "policies[0].match.set",
    "there are no sets",
  ]),
  badSet("a set as a word", "192.0.2.0/24", "sets.s", "expected a list of networks"),
  badSet("an empty set", [], "sets.s", "a list of"),
  badSet("a set of a host within a network", ["10.0.0.5/24"], "sets.s[0]", "write 10.0.0.0/24"),
  badSet("a set of nothing", {}, "sets.s", "found an empty mapping"),
  badSet("a set that is two things", { file: "/a", ipset: "b" }, "sets.s", "a file and an ipset in one"),
  badSet("a relative file", { file: "netflix.txt" }, "sets.s.file", "an absolute path"),
  badSet("a file that cannot be read", { file: "/nowhere/x" }, "sets.s.file", "/nowhere/x: was not read"),
  badSet("an ipset of ours", { ipset: "evenkeel4-s" }, "sets.s.ipset", "one of evenkeel's own"),
  badSet("an ipset with a second word", { ipset: "a src" }, "sets.s.ipset", "an ipset's name"),
  badSet("an ipset of 32 bytes", { ipset6: "x".repeat(32) }, "sets.s.ipset6", "at most 31"),
  badSet("a set's name of 22 bytes", ["10.0.0.1"], `sets.${"x".repeat(22)}`, "a set's name", "x".repeat(22)),
  badSet("a set's name with a second word", ["10.0.0.1"], 'sets["a b"]', "a set's name", "a b"),
  bad("an unknown stickiness", { sticky: "on" }, ["sticky", "expected off or { by: source, for: DURATION }"]),
  bad("stickiness by destination", { sticky: { by: "destination", for: "1m" } }, [
    "sticky.by",
    "expected one of: source",
  ]),
  bad("stickiness without end", { sticky: { by: "source" } }, ["sticky.for", "missing; expected a duration"]),
]
