import { describe, expect, it } from "vitest"
import { familyOf, hostOf, probeName, type DnsSpec, type HttpSpec, type ProbeSpec } from "../../src/core/probe-spec.ts"

const web: HttpSpec = {
  kind: "http",
  url: "https://example.com/a",
  host: "example.com",
  expect: null,
  body: null,
  family: 4,
  resolver: null,
}
const names: DnsSpec = { kind: "dns", address: "9.9.9.9", port: 53, name: "example.com", type: "A", answer: null }

describe("a probe", () => {
  it.each<[string, 4 | 6, string, ProbeSpec]>([
    ["icmp 1.1.1.1", 4, "1.1.1.1", { kind: "icmp", address: "1.1.1.1" }],
    ["icmp 2001:db8::1", 6, "2001:db8::1", { kind: "icmp", address: "2001:db8::1" }],
    ["tcp 8.8.8.8:53", 4, "8.8.8.8", { kind: "tcp", address: "8.8.8.8", port: 53 }],
    ["tcp [2001:db8::1]:53", 6, "2001:db8::1", { kind: "tcp", address: "2001:db8::1", port: 53 }],
    ["http https://example.com/a", 4, "example.com", web],
    ["http https://example.com/a over IPv6", 6, "example.com", { ...web, family: 6 }],
    [
      "http http://[2001:db8::1]/",
      6,
      "2001:db8::1",
      { ...web, url: "http://[2001:db8::1]/", host: "2001:db8::1", family: 6 },
    ],
    ["dns example.com @9.9.9.9", 4, "9.9.9.9", names],
    [
      "dns example.com AAAA @[2620:fe::fe]:5353",
      6,
      "2620:fe::fe",
      { ...names, address: "2620:fe::fe", port: 5353, type: "AAAA" },
    ],
  ])("is named %s as it was configured, goes over IPv%i, and asks %s", (name, family, host, spec) => {
    expect(probeName(spec)).toBe(name)
    expect(familyOf(spec)).toBe(family)
    expect(hostOf(spec)).toBe(host)
  })
})
