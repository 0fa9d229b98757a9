import fc from "fast-check"
import ipaddr from "ipaddr.js"
import { describe, expect, test } from "vitest"
import { endpoint, hostAddress } from "../../src/config/host-address.ts"

/** 2000::/3: global unicast. */
const global6 = fc
  .tuple(fc.integer({ min: 0x2000, max: 0x3fff }), fc.array(fc.nat({ max: 0xffff }), { minLength: 7, maxLength: 7 }))
  .map(([first, rest]) => [first, ...rest].map(part => part.toString(16)).join(":"))
const unicast4 = fc
  .tuple(fc.integer({ min: 1, max: 126 }), fc.nat({ max: 255 }), fc.nat({ max: 255 }), fc.nat({ max: 255 }))
  .map(octets => octets.join("."))
const port = fc.integer({ min: 1, max: 65_535 })

describe("an address of either family", () => {
  test("has one text for one address", () => {
    fc.assert(
      fc.property(global6, text => {
        const read = hostAddress.parse(text)
        expect(ipaddr.parse(read).toNormalizedString()).toBe(ipaddr.parse(text).toNormalizedString())
        expect(hostAddress.parse(text.toUpperCase())).toBe(read)
        expect(hostAddress.parse(read)).toBe(read)
      }),
    )
    expect(hostAddress.parse("2606:4700:4700:0:0:0:0:1111")).toBe("2606:4700:4700::1111")
    expect(hostAddress.parse("192.0.2.1")).toBe("192.0.2.1")
  })

  test.each([
    ["::1", "loopback"],
    ["::", "nobody"],
    ["ff02::1", "multicast"],
    ["fe80::1", "link-local"],
    ["::ffff:192.0.2.1", "in other words"],
    ["fe80::1%eth0", "the IPv4 or IPv6 address"],
    ["2001:db8::1%lo", "the IPv4 or IPv6 address"],
    ["2001:db8::1/64", "the IPv4 or IPv6 address"],
    ["[2001:db8::1]", "the IPv4 or IPv6 address"],
    ["2001:db8::g", "the IPv4 or IPv6 address"],
    ["2001:db8:1", "the IPv4 or IPv6 address"],
    ["127.0.0.1", "loopback"],
    ["010.0.0.1", "the IPv4 or IPv6 address"],
  ])("%s is refused, with the reason", (text, reason) => {
    expect(hostAddress.safeParse(text).error?.issues[0]?.message).toContain(reason)
  })
})

describe("an endpoint", () => {
  test("is split into its address and port", () => {
    fc.assert(
      fc.property(unicast4, global6, port, (four, six, number) => {
        expect(endpoint().parse(`${four}:${number}`)).toEqual({ address: four, port: number })
        expect(endpoint().parse(`[${six}]:${number}`)).toEqual({ address: hostAddress.parse(six), port: number })
      }),
    )
  })

  test("may leave the port out where there is a default", () => {
    expect(endpoint(53).parse("9.9.9.9")).toEqual({ address: "9.9.9.9", port: 53 })
    expect(endpoint(53).parse("2620:fe::fe")).toEqual({ address: "2620:fe::fe", port: 53 })
    expect(endpoint(53).parse("[2620:fe::fe]:5353")).toEqual({ address: "2620:fe::fe", port: 5353 })
  })

  test.each([
    "192.0.2.1",
    "192.0.2.1:",
    "192.0.2.1:0",
    "192.0.2.1:053",
    "192.0.2.1:65536",
    "192.0.2.1:+53",
    "192.0.2.1:1e3",
    ":53",
    "192.0.2.1:53:53",
    "[192.0.2.1]:53",
    "2001:db8::1",
    "[2001:db8::1]",
    "[2001:db8::1]:0",
    "[2001:db8::1%eth0]:53",
    "[::1]:53",
  ])("written %s is refused", text => {
    expect(endpoint().safeParse(text).success).toBe(false)
  })
})
