import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { z } from "zod"
import { address } from "../../src/config/address.ts"
import { endpoint, hostAddress } from "../../src/config/host-address.ts"
import { hostName } from "../../src/config/host-name.ts"
import { network } from "../../src/config/network.ts"
import { absolutePath, interfaceName, name } from "../../src/config/strings.ts"

const hostile = fc.string({ unit: fc.constantFrom(...Array.from("ab01.-_/+!:@\"'\\ \n\r\t;$(){}[]#%=,~é\u202e")) })
const nearlyGood = fc
  .tuple(fc.stringMatching(/^[-/]?[a-z0-9./:]{1,12}$/), fc.constantFrom("", "\n", " ", "\0", "+", "\n-A"))
  .map(parts => parts.join(""))
const anyText = fc.oneof(fc.string({ unit: "binary" }), hostile, nearlyGood, fc.ipV4(), fc.ipV6())

const kinds: readonly (readonly [string, z.ZodType, string[]])[] = [
  ["a name", name, ["isp1", "rtr-a", "0", "a.b_c-d", "x".repeat(64)]],
  ["an interface", interfaceName, ["eth0", "eth0.100", "br-lan", "pppoe-wan", "wlan0_1", "a23456789012345"]],
  ["an address", address("auto", "none"), ["auto", "none", "192.0.2.1", "10.0.0.1", "169.254.1.1", "100.64.0.1"]],
  [
    "a path",
    absolutePath(107),
    ["/run/evenkeel/control.sock", "/var/lib/evenkeel", "/a", "/srv/a+b@c,d=e~f", "/.x/..y"],
  ],
  ["a network", network, ["10.0.0.0/8", "10.0.0.5", "2001:db8::/32", "::/0"]],
  ["an address of either family", hostAddress, ["192.0.2.1", "2001:db8::1", "2001:DB8:0:0::1", "fd00::1"]],
  ["an endpoint", endpoint(), ["8.8.8.8:53", "192.0.2.1:65535", "192.0.2.1:1", "[2001:db8::1]:53"]],
  ["a host name", hostName, ["example.com", "EXAMPLE.com", "a", "x-1.b_c.de", `${"a".repeat(63)}.de`]],
]

describe.each(kinds)("%s", (_, kind, good) => {
  test.each(good)("may be %s", text => {
    expect(kind.safeParse(text).success).toBe(true)
  })

  test("is refused, or is one plain word that no tool takes for an option or a second line", () => {
    fc.assert(
      fc.property(anyText, text => {
        if (kind.safeParse(text).success) expect(text).toMatch(/^[A-Za-z0-9_/:[][\w/.:@+=,~\]-]*$/)
      }),
      { numRuns: 2000 },
    )
  })
})

test("an interface name is never longer than the kernel takes, and never a path or an alias", () => {
  fc.assert(
    fc.property(anyText, text => {
      if (interfaceName.safeParse(text).success) expect(text).toMatch(/^(?![.-])[\w.-]{1,15}$/)
    }),
    { numRuns: 2000 },
  )
})

test("a path is refused with `..`, `.`, `//` or `/` at its end, and at one byte too many", () => {
  for (const text of ["/a/../b", "/a/./b", "/a//b", "/a/", "/", "", "a", "~/a", `/${"x".repeat(107)}`])
    expect(absolutePath(107).safeParse(text).success, text).toBe(false)
  expect(absolutePath(107).safeParse(`/${"x".repeat(106)}`).success).toBe(true)
})
