import fc from "fast-check"
import { expect, test } from "vitest"
import { dscp, hasPorts, portRange, protocol } from "../../src/config/packet.ts"

test("a port range is one port or two, in order", () => {
  expect([portRange.parse(443), portRange.parse("443"), portRange.parse("1-65535")]).toEqual([
    { first: 443, last: 443 },
    { first: 443, last: 443 },
    { first: 1, last: 65_535 },
  ])
  fc.assert(
    fc.property(fc.nat({ max: 70_000 }), fc.nat({ max: 70_000 }), (first, last) => {
      expect(portRange.safeParse(`${first}-${last}`).success).toBe(first >= 1 && first <= last && last <= 65_535)
    }),
  )
})

test("a protocol is a name or a number, and icmp each family's own", () => {
  expect(protocol.parse("icmp")).toEqual({ 4: 1, 6: 58 })
  expect(protocol.parse("gre")).toEqual(protocol.parse(47))
  expect([1.5, 256, -1, "47", "toString"].filter(value => protocol.safeParse(value).success)).toEqual([])
})

test("ports are of the five protocols that have them", () => {
  expect(["tcp", "udp", "sctp", "dccp", "udplite", 6].every(name => hasPorts(protocol.parse(name)))).toBe(true)
  expect(["icmp", "esp", "ah", "gre", 1].some(name => hasPorts(protocol.parse(name)))).toBe(false)
})

test("a DSCP is a number or a name (RFC 2597: AF41 is 34, AF13 is 14)", () => {
  expect(["ef", "af41", "af13", "cs1", "cs0", "le", 0, 63].map(name => dscp.parse(name))).toEqual([
    46, 34, 14, 8, 0, 1, 0, 63,
  ])
  expect([-1, 0.5, "46", "EF", "af14", "cs8", "constructor"].filter(value => dscp.safeParse(value).success)).toEqual([])
})
