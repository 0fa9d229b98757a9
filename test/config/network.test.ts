import { isIPv6, SocketAddress } from "node:net"
import fc from "fast-check"
import ipaddr from "ipaddr.js"
import { describe, expect, test } from "vitest"
import { readNetwork } from "../../src/config/network.ts"

const readsAs = (text: string) => {
  const read = readNetwork(text)
  return read.ok ? read.network : read.message
}

const cidr = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat({ max: 32 })),
  fc.tuple(fc.ipV6(), fc.nat({ max: 128 })),
  fc.tuple(
    fc.nat({ max: 0xffff }).map(low => `::${low.toString(16)}`),
    fc.nat({ max: 128 }),
  ),
)

describe("a network", () => {
  test.each([
    ["10.0.0.5", "10.0.0.5/32"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0:0::/32", "2001:db8::/32"],
    ["::/0", "::/0"],
    ["::1", "::1/128"],
    ["fe80::/10", "fe80::/10"],
  ])("%s is %s", (text, network) => {
    expect(readsAs(text)).toBe(network)
  })

  test("is printed as the C library prints it, which is how iptables-save does", () => {
    fc.assert(
      fc.property(fc.ipV6(), address => {
        const read = readNetwork(address)
        const printed = new SocketAddress({ address, family: "ipv6" }).address
        if (read.ok) expect(read.network).toBe(`${printed}/128`)
        else expect(printed).toContain(".")
      }),
      { numRuns: 2000 },
    )
  })

  test("is read where no bit lies beyond its length; else the message says how to write it, and that is read", () => {
    fc.assert(
      fc.property(cidr, ([address, length]) => {
        const read = readNetwork(`${address}/${length}`)
        const kind = isIPv6(address) ? ipaddr.IPv6 : ipaddr.IPv4
        const start = kind.networkAddressFromCIDR(`${address}/${length}`).toString()
        if (read.ok) expect(read.network).toBe(`${start}/${length}`)
        else if (!read.message.includes("clothes")) {
          expect(kind.parse(address).toString()).not.toBe(start)
          expect(read.message).toContain(`write ${start}/${length} for the network`)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    "",
    "/",
    "10.0.0.0/",
    "10/8",
    "10.0.0.0/08",
    "10.0.0.0/+8",
    "1.2.3.4/24/8",
    "::/129",
    "10.0.0.0-10.0.0.9",
  ])("written %j is refused", text => {
    expect(readsAs(text)).toContain("expected an address or a network")
  })
})
